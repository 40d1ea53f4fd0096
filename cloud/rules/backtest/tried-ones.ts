import type { ReachInput } from '../engine/rule-input.ts'
import type { HistoryDevice } from '../history/stored-devices.ts'
import type { TriedDevice } from './trial.ts'

/** A device, as each of several trials sees it. */
export interface TriedOnes {
  readonly device: HistoryDevice
  /** In the order of the trials; of a rule that is not for it there is nothing. */
  readonly seen: readonly (TriedDevice | undefined)[]
  /** When its gateway was not heard of, and was again. */
  readonly reach: readonly ReachInput[]
}
