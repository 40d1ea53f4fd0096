import { GanzhiError } from '@ganzhi/contracts/error'
import type { Truth } from './match.ts'

export interface Size {
  readonly width: number
  readonly height: number
}

export interface MarkedPicture {
  readonly file: string
  /** In pixels of the picture, which is `size`; throws if the dataset says otherwise. */
  readonly truthsAt: (size: Size) => Truth[]
}

export interface Dataset {
  readonly labels: readonly string[]
  readonly pictures: readonly MarkedPicture[]
}

export function badDataset(
  message: string,
  facts: { readonly field: string; readonly remedy: string; readonly cause?: unknown },
): GanzhiError {
  return new GanzhiError(message, { code: 'bad-dataset', blame: 'caller', ...facts })
}
