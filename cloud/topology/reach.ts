import type { DownLink } from '@ganzhi/contracts/status'

/** A gateway that says nothing for so long is not heard of any more: three of its reports. */
export const SILENT_AFTER_MS = 30_000

/** How far a gateway was heard. Times are ms since 1970. */
export interface Reach {
  /** The run of its agent. Of its records above `base` none is missing up to `heardAt`. */
  readonly epoch: string
  readonly base: number
  /** By the gateway's clock: what its devices had not sent until then, they did not send. */
  readonly heardAt: number
  /** By the platform's clock: when nothing was missing of what was told of, and when it was last alive. */
  readonly completeAt: number
  readonly aliveAt: number
  /** Since when nothing is heard of it any more, by the platform's clock. */
  readonly silentAt?: number | undefined
  /** Where no report ever came of it: since when its records do, by the platform's clock. */
  readonly unreported?: { readonly since: number; readonly reports: 'not-yet' | 'never' } | undefined
}

/** What a gateway last said of itself. */
export interface Report {
  readonly epoch: string
  /** Of its telemetry. */
  readonly head: number
  readonly saidAt: number
  readonly arrivedAt: number
  readonly dies: boolean
  /** Those that are down; undefined where that is not known. */
  readonly links?: readonly DownLink[] | undefined
}

/** Of the records of a gateway that were just taken. */
export interface RecordNews {
  /** The time of the newest by the gateway's clock, where none before it is missing. */
  readonly recordAt?: number | undefined
  /** When the last of them came, by the platform's clock. */
  readonly recordArrivedAt?: number | undefined
}

export interface Heard extends RecordNews {
  readonly report: Report
  /** From `base` up to here, none of its records is missing. */
  readonly complete: number
}

export interface Circumstances {
  /** The platform's time, up to which was judged before, and now. */
  readonly judgedAt: number
  readonly clock: number
  /** There is more to take: what is missing may be in it. */
  readonly behind: boolean
  /** Since when, and until when, we would have heard what gateways say. */
  readonly listening: { readonly since: number; readonly until: number }
}

/** From `from` until `until` nobody knows what the gateway's devices did. It is open as long as there is no `until`. */
export interface Unreached {
  readonly from: number
  readonly until?: number
  /** Since when nothing was heard of the gateway itself. */
  readonly silentAt?: number
}

export interface Followed {
  readonly reach: Reach
  readonly span?: Unreached
}

/** What becomes of a gateway's reach by what was heard of it, and by what was not. */
export function followReach(known: Reach | undefined, heard: Heard, around: Circumstances): Followed {
  const { report } = heard
  const { judgedAt, clock, behind } = around
  const anew = (): Reach => {
    const { epoch, head, saidAt, arrivedAt } = report
    // What was judged before can not be taken back.
    const heardAt = Math.max(Math.min(saidAt, arrivedAt), judgedAt + 1)
    return { epoch, base: head, heardAt, completeAt: clock, aliveAt: arrivedAt }
  }
  if (known === undefined || known.unreported?.reports === 'never')
    return report.dies ? lost(anew(), report.arrivedAt) : { reach: anew() }
  if (known.silentAt !== undefined) {
    return report.dies || report.arrivedAt <= known.aliveAt ? { reach: known } : again(known, anew())
  }
  if (known.unreported && !report.dies) return again(known, anew())
  const reach = heardOf(known, heard, clock)
  if (behind) return { reach }
  if (report.dies) return lost(reach, report.arrivedAt)
  const silentAt = Math.max(reach.aliveAt, around.listening.since)
  if (around.listening.until - silentAt > SILENT_AFTER_MS) return lost(reach, silentAt)
  // A new run read nothing while it started. And what is missing for so long may come at any time, or never.
  const missing = clock - reach.completeAt > SILENT_AFTER_MS && report.arrivedAt > reach.completeAt
  return report.epoch !== known.epoch || missing ? again(reach, anew()) : { reach }
}

function heardOf(
  known: Reach,
  { report, complete, recordAt, recordArrivedAt = 0 }: Heard,
  clock: number,
): Reach {
  const isComplete = report.epoch === known.epoch && report.head <= complete
  return {
    ...known,
    heardAt: Math.max(
      known.heardAt,
      recordAt ?? 0,
      isComplete ? Math.min(report.saidAt, report.arrivedAt) : 0,
    ),
    completeAt: isComplete || recordAt !== undefined ? clock : known.completeAt,
    aliveAt: Math.max(known.aliveAt, report.arrivedAt, recordArrivedAt),
  }
}

export function lost(reach: Reach, silentAt: number): Followed {
  const silent = { ...reach, silentAt: silentAt + 1 }
  return { reach: silent, span: { from: reach.heardAt + 1, silentAt: silent.silentAt } }
}

export function again({ heardAt, silentAt }: Reach, reach: Reach): Followed {
  const span = { from: heardAt + 1, until: reach.heardAt, ...(silentAt !== undefined && { silentAt }) }
  return { reach, span }
}
