import type { Notice } from '@ganzhi/contracts/notice'
import type { NoticePolicy } from '@ganzhi/contracts/notice-policy'
import type { AlarmState } from '@ganzhi/contracts/transition'
import { type Subject } from './episode.ts'
import { DEFAULT_POLICY, openPolicy } from './notice-policy.ts'
import { episodeFrom, episodeText, gatheringFrom, gatheringText } from './state-text.ts'
import { NO_NOTICES, type NoticeInput, type NoticeState, step } from './step.ts'
import type { OpenSilence } from './withhold.ts'

export const NOON = Date.parse('2026-11-21T12:00:00Z')
export const SECOND = 1_000
export const MINUTE = 60_000

export interface SubjectFacts {
  readonly rule?: string
  readonly gateway?: string
  /** Of the gateway itself where it is null. */
  readonly device?: string | null
  readonly street?: string
}

export function subjectOf({
  rule = 'pm25-high',
  gateway = 'gw-1',
  device = 'dev-1',
  street,
}: SubjectFacts): Subject {
  return {
    key: JSON.stringify([rule, gateway, device]),
    rule: { id: rule, names: { zh: `规则 ${rule}`, en: `rule ${rule}` } },
    target: { gateway, device, area: null, dimension: null },
    placement: {
      gateway,
      device: device ?? '',
      path: street === undefined ? [] : ['hefei', street],
      profile: null,
      tags: [],
    },
    place: street === undefined ? null : { id: street, names: { zh: `${street}街道` } },
  }
}

/** Steps as the platform takes them: when something has happened, and when something is due. */
export class StepsUnderTest {
  state: NoticeState = { ...NO_NOTICES, clock: NOON }
  now = NOON
  readonly told: Omit<Notice, 'id'>[] = []
  readonly silences: OpenSilence[] = []
  readonly #policy: NoticePolicy
  #alarms = 0
  #pending: NoticeInput[] = []
  #next = NOON

  constructor(policy: Partial<NoticePolicy> = {}) {
    this.#policy = { ...DEFAULT_POLICY, ...policy }
  }

  /** Something becomes known now; it is told at the next step. */
  alarm(to: AlarmState, facts: SubjectFacts = {}): string {
    const subject = subjectOf(facts)
    const open = this.state.episodes.get(subject.key)
    const pending = this.#pending.findLast(
      (input) => input.kind === 'transition' && input.subject.key === subject.key,
    )
    const last = pending?.kind === 'transition' ? pending : open && { to: open.state, alarm: open.alarm }
    const alarm =
      last === undefined || last.to === 'clear'
        ? { id: String(++this.#alarms), openedAt: this.now }
        : last.alarm
    this.#pending.push({ kind: 'transition', subject, alarm, to, at: this.now })
    return alarm.id
  }

  late(
    facts: SubjectFacts,
    late: { from: AlarmState; to: AlarmState; stands: AlarmState; id?: string; revised?: boolean },
  ): void {
    const { id = String(++this.#alarms), revised = false, stands, from, to } = late
    const happenedAt = this.now - 3 * 86_400_000
    const alarm = { id, openedAt: happenedAt }
    const open = stands === 'clear' ? null : { ...alarm, severity: stands }
    this.#pending.push({
      kind: 'late',
      subject: subjectOf(facts),
      alarm,
      at: this.now,
      happenedAt,
      revised,
      from,
      to,
      open,
    })
  }

  acknowledge(facts: SubjectFacts = {}): void {
    const { key } = subjectOf(facts)
    const severity = this.state.episodes.get(key)?.counts ?? 'clear'
    const by = { author: 'li', at: new Date(this.now).toISOString(), note: null, severity }
    this.#pending.push({ kind: 'acknowledged', key, by })
  }

  settings(): void {
    this.#pending.push({ kind: 'settings' })
  }

  /** Goes on, and takes all steps that are due. */
  pass(ms: number): this {
    const end = this.now + ms
    this.#step()
    while (this.#next <= end) {
      this.now = Math.max(this.now, this.#next)
      this.#step()
    }
    this.now = end
    return this
  }

  /** As if another process had taken over. */
  reload(): void {
    const { clock, episodes } = this.state
    const kept = episodes.entries().map(([key, episode]) => [key, episodeFrom(episodeText(episode))] as const)
    this.state = { clock, episodes: new Map(kept), ...gatheringFrom(gatheringText(this.state)) }
  }

  #step(): void {
    const settings = { policy: openPolicy(this.#policy), silences: this.silences }
    const { state, notices, next } = step(this.state, this.#pending, this.now, settings)
    if (next <= this.now) throw new Error('the next step is not later')
    this.state = state
    this.#next = next
    this.#pending = []
    this.told.push(...notices.map(({ notice }) => notice))
  }

  /** In short: minutes since noon, kind, alarms. */
  get log(): string[] {
    return this.told.map(
      ({ at, kind, count, withheldBy, escalation }) =>
        `${(Date.parse(at) - NOON) / MINUTE} ${kind}${count > 1 ? ` ×${count}` : ''}${escalation ? ` ${escalation.to}` : ''}${withheldBy ? ' withheld' : ''}`,
    )
  }
}

export function silenceFrom(
  id: string,
  from: number,
  until: number,
  covers: OpenSilence['covers'] = () => true,
): OpenSilence {
  return {
    id,
    covers,
    isActive: (at) => at >= from && at < until,
    nextEdge: (after) => [from, until].find((edge) => edge > after),
  }
}
