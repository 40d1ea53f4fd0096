import type { ModelCard } from '@ganzhi/models/card'
import type { Detection } from '@ganzhi/models/detection'
import type { Fault } from '@ganzhi/models/fault'

/** What a detector process is to run, as paths: a package signed with one of these keys, or weights whose card somebody answers for. */
export type ModelOrder = (
  | { readonly kind: 'package'; readonly dir: string; readonly trustedKeys: readonly string[] }
  | { readonly kind: 'weights'; readonly path: string; readonly card: string }
) & {
  /** Execution providers in the order they are tried, such as `['cuda', 'cpu']`; the CPU unless told. */
  readonly providers?: readonly string[]
}

export interface OpenOrder {
  readonly kind: 'open'
  readonly model: ModelOrder
  readonly threads: number
}

export interface LookOptions {
  /** Detections of a lower score are not wanted. */
  readonly score?: number
  /** The whole frame, and so many parts of it beside. */
  readonly tiles?: { readonly columns: number; readonly rows: number }
}

/** The frame itself lies in the shared memory. */
export interface LookOrder extends LookOptions {
  readonly kind: 'look'
  readonly place: number
  readonly width: number
  readonly height: number
  readonly at: number
}

export interface Ready {
  readonly kind: 'ready'
  readonly card: ModelCard
  /** sha256 that names the package, as events do. */
  readonly digest?: string
}

export interface Seen {
  readonly kind: 'seen'
  readonly detections: readonly Detection[]
  /** From frame to boxes */
  readonly inferenceMs: number
}

export type Order = OpenOrder | LookOrder
export type Answer = Ready | Seen | { readonly kind: 'failed'; readonly fault: Fault }
