import type { Feed, Tensor, TensorSpec } from './tensor.ts'

/** A loaded model; one run at a time. */
export interface Runtime extends AsyncDisposable {
  readonly inputs: readonly TensorSpec[]
  /** What it gives is gone with the next run. */
  run(feeds: readonly Feed[]): Promise<readonly Tensor[]>
}
