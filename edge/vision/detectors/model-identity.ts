import type { GanzhiError } from '@ganzhi/contracts/error'
import type { LabelAgreement } from './agreement.ts'
import type { Companion } from './companion.ts'
import type { KeptDetector } from './kept-detector.ts'

/** What an event names as the model that saw it. */
export interface ModelIdentity {
  readonly id: string
  readonly version: number
  /** sha256 of the package */
  readonly digest?: string
}

/** Two models on the same frames. Of labels, `first` is the one that was there before. */
export interface Comparison {
  readonly role: 'candidate' | 'former'
  readonly model: ModelIdentity | undefined
  readonly beside: ModelIdentity | undefined
  readonly frames: number
  readonly labels: readonly LabelAgreement[]
  /** Of a look: half of them took at most, and 95 of 100. */
  readonly latencyMs: { readonly model: Percentiles; readonly beside: Percentiles }
  /** Why the new model was taken back. */
  readonly takenBack?: GanzhiError
}

interface Percentiles {
  readonly p50: number | undefined
  readonly p95: number | undefined
}

export function identityOf({ facts }: KeptDetector): ModelIdentity | undefined {
  if (!facts) return undefined
  const { card, digest } = facts
  return { id: card.id, version: card.version, ...(digest !== undefined && { digest }) }
}

export function comparisonOf(role: Comparison['role'], model: KeptDetector, beside: Companion): Comparison {
  const percentiles = ({ latency }: KeptDetector): Percentiles => ({
    p50: latency.percentile(0.5),
    p95: latency.percentile(0.95),
  })
  return {
    role,
    model: identityOf(model),
    beside: identityOf(beside.detector),
    frames: beside.agreement.frames,
    labels: beside.agreement.perLabel(),
    latencyMs: { model: percentiles(model), beside: percentiles(beside.detector) },
  }
}
