import type { ReachInput } from '../engine/rule-input.ts'
import type { HistoryDevice } from '../history/stored-devices.ts'
import type { TriedDevice } from './trial.ts'

/** A device, as each of several trials sees it. */
export interface TriedOnes {
  readonly device: HistoryDevice
  /** In the order of the trials. */
  readonly seen: readonly TriedDevice[]
  /** When its gateway was not heard of, and was again. */
  readonly reach: readonly ReachInput[]
}
