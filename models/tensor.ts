/** What a model takes or gives; a dimension that is open until it runs is undefined. */
export interface TensorSpec {
  readonly name: string
  readonly type: 'float32' | 'float16' | 'uint8' | 'int64' | 'int32' | 'other'
  readonly dims: readonly (number | undefined)[]
}

/** What a model gave, as floats whatever it computes in. */
export interface Tensor {
  readonly name: string
  readonly dims: readonly number[]
  readonly data: Float32Array
}

export type FeedData = Float32Array | Float16Array | Uint8Array | BigInt64Array | Int32Array

/** What a model is given. */
export interface Feed {
  readonly name: string
  readonly dims: readonly number[]
  readonly data: FeedData
}

/** Beyond this an output is no list of boxes: a hostile model would fill the memory. */
export const MOST_VALUES = 64 * 1024 * 1024

/** `1×300×6`, for people. */
export function shapeText(dims: readonly (number | undefined)[]): string {
  return dims.length === 0 ? 'a single number' : dims.map((dim) => dim ?? '?').join('×')
}

/** Gives their memory back at once: for V8 to find out that these megabytes are garbage costs as much as a twentieth of a run. */
export function letGo(tensors: readonly Tensor[]): void {
  for (const { data } of tensors) {
    const buffer = data.buffer as ArrayBuffer
    if (!buffer.detached) buffer.transfer(0)
  }
}
