import type { Feed, Tensor, TensorSpec } from './tensor.ts'

/** A loaded model; one run at a time. */
export interface Runtime extends AsyncDisposable {
  readonly inputs: readonly TensorSpec[]
  /** Who has read what it gives lets go of it. */
  run(feeds: readonly Feed[]): Promise<Tensor[]>
}
