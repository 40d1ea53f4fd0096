import type { GanzhiError } from '@ganzhi/contracts/error'
import { refusal } from './refusal.ts'

/** What a model is for. */
export type PackageKind = 'detector' | 'anomaly'

const NAMES: Readonly<Record<PackageKind, string>> = {
  detector: '检测模型 a detector',
  anomaly: '时序异常模型 an anomaly model of a device’s series',
}

export function ofOtherKind(found: PackageKind, wanted: PackageKind, file: string): GanzhiError {
  return refusal(
    'package-other-kind',
    `是 is ${NAMES[found]}；这里要 what is wanted here: ${NAMES[wanted]}`,
    {
      file,
      remedy: '请换用相应的模型包。 Name a package of the kind that is wanted.',
    },
  )
}

/** Narrows a package to what is wanted, or refuses it. */
export function packageOf<P extends { readonly kind: PackageKind }, K extends PackageKind>(
  kind: K,
  found: P,
): Extract<P, { readonly kind: K }> {
  if (found.kind === kind) return found as Extract<P, { readonly kind: K }>
  throw ofOtherKind(found.kind, kind, 'card.yaml')
}
