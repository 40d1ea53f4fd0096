import { createHash } from 'node:crypto'
import type { AlarmState } from '@ganzhi/contracts/transition'

export interface TransitionIdentity {
  readonly rule: { readonly id: string; readonly version: number }
  /** A device as those who are told know it: `gateway/device` on the platform. */
  readonly target: string
  readonly dimension?: string | undefined
  /** ms since 1970 */
  readonly at: number
  readonly from: AlarmState
  readonly to: AlarmState
}

/** The same transition always bears the same id, whoever makes it and however often. */
export function transitionId({ rule, target, dimension = '', at, from, to }: TransitionIdentity): string {
  const identity = JSON.stringify([rule.id, rule.version, target, dimension, at, from, to])
  return createHash('sha256').update(identity).digest('hex').slice(0, 32)
}
