import { GanzhiError } from '@ganzhi/contracts/error'

/** Why a package is not used. */
export type Refusal =
  | 'package-unreadable'
  | 'package-unsigned'
  | 'package-unknown-key'
  | 'package-altered'
  | 'package-missing-file'
  | 'package-extra-file'
  | 'package-link'
  | 'package-unsafe-path'
  | 'package-too-large'
  | 'package-bad-card'
  | 'package-other-kind'
  | 'package-mismatch'
  | 'package-unloadable'

export interface RefusalFacts {
  /** The file of the package that is at fault. */
  readonly file: string
  readonly remedy: string
  /** Where the fault is one field of that file. */
  readonly field?: string | undefined
  readonly cause?: unknown
}

export function refusal(
  code: Refusal,
  message: string,
  { file, field, remedy, cause }: RefusalFacts,
): GanzhiError {
  const place = field === undefined ? file : `${file}: ${field}`
  return new GanzhiError(`${place}: ${message}`, {
    code,
    blame: 'outside',
    field: field ?? file,
    remedy,
    cause,
  })
}
