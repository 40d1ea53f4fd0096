import type { NoticeAlarm, WithheldBy } from '@ganzhi/contracts/notice'
import type { Severity } from '@ganzhi/contracts/severity'
import type { AlarmState } from '@ganzhi/contracts/transition'
import { isGraver } from './episode.ts'
import { MOST_NAMED, type NewNotice, newNotice } from './new-notice.ts'

/** Transitions of times that were over when their values came, until no more of them come. */
export interface Digest {
  readonly firstAt: number
  readonly lastAt: number
  /** Of each gateway, and of what is withheld for the same reason. */
  readonly parts: ReadonlyMap<string, DigestPart>
}

interface DigestPart {
  readonly gateway: string | null
  readonly withheldBy: WithheldBy | null
  readonly severity: Severity
  readonly from: number
  readonly until: number
  readonly raised: number
  readonly ended: number
  readonly revised: number
  /** The first of them. */
  readonly alarms: readonly NoticeAlarm[]
  readonly ids: readonly string[]
}

export interface LateTransition {
  /** By the time of the values that decided. */
  readonly happenedAt: number
  readonly from: AlarmState
  readonly to: AlarmState
  /** It was told, and did not come about. */
  readonly revised: boolean
}

const QUIET_MS = 60_000
const LONGEST_MS = 10 * 60_000
/** Of more gateways than these one digest is told in all. */
const MOST_GATEWAYS = 3
/** What is more than this at once is told in several. */
const MOST_ALARMS = 10_000

export function withLate(
  digest: Digest | null,
  { happenedAt, from, to, revised }: LateTransition,
  alarm: NoticeAlarm,
  withheldBy: WithheldBy | null,
  now: number,
): Digest {
  const { gateway, severity } = alarm
  const key = JSON.stringify([gateway, withheldBy])
  const part = digest?.parts.get(key) ?? emptyPart(alarm, withheldBy, happenedAt)
  const isNew = part.ids.at(-1) !== alarm.id && !part.ids.includes(alarm.id)
  const parts = new Map(digest?.parts).set(key, {
    ...part,
    severity: isGraver(severity, part.severity) ? severity : part.severity,
    from: Math.min(part.from, happenedAt),
    until: Math.max(part.until, happenedAt),
    raised: part.raised + Number(!revised && from === 'clear'),
    ended: part.ended + Number(!revised && to === 'clear'),
    revised: part.revised + Number(revised),
    ...(isNew && { ids: [...part.ids, alarm.id] }),
    ...(isNew && part.alarms.length < MOST_NAMED && { alarms: [...part.alarms, alarm] }),
  })
  return { firstAt: digest?.firstAt ?? now, lastAt: now, parts }
}

function emptyPart(
  { gateway, severity }: NoticeAlarm,
  withheldBy: WithheldBy | null,
  at: number,
): DigestPart {
  const nothing = { raised: 0, ended: 0, revised: 0, alarms: [], ids: [] }
  return { gateway, withheldBy, severity, from: at, until: at, ...nothing }
}

export function digestDue({ firstAt, lastAt, parts }: Digest): number {
  const many = parts.values().reduce((n, { ids }) => n + ids.length, 0)
  return many >= MOST_ALARMS ? firstAt : Math.min(lastAt + QUIET_MS, firstAt + LONGEST_MS)
}

export function digestNotices({ parts }: Digest, now: number): NewNotice[] {
  const told = [...parts.values()].filter(({ withheldBy }) => withheldBy === null)
  const withheld = [...parts.values()].filter(({ withheldBy }) => withheldBy !== null)
  const together = told.length > MOST_GATEWAYS ? [told.reduce(merged)] : told
  return [...together, ...withheld].map(({ gateway, withheldBy, severity, ids, alarms, ...part }) =>
    newNotice({
      at: now,
      kind: 'digest',
      severity,
      rule: null,
      area: null,
      gateway,
      alarms,
      ids,
      withheldBy,
      digest: {
        from: new Date(part.from).toISOString(),
        until: new Date(part.until).toISOString(),
        raised: part.raised,
        ended: part.ended,
        revised: part.revised,
      },
    }),
  )
}

function merged(a: DigestPart, b: DigestPart): DigestPart {
  return {
    gateway: null,
    withheldBy: null,
    severity: isGraver(b.severity, a.severity) ? b.severity : a.severity,
    from: Math.min(a.from, b.from),
    until: Math.max(a.until, b.until),
    raised: a.raised + b.raised,
    ended: a.ended + b.ended,
    revised: a.revised + b.revised,
    alarms: [...a.alarms, ...b.alarms].slice(0, MOST_NAMED),
    ids: [...a.ids, ...b.ids],
  }
}
