import type { Acknowledgement, Notice, NoticeAlarm, WithheldBy } from '@ganzhi/contracts/notice'
import type { Placement } from '@ganzhi/contracts/placement'
import { SEVERITIES, type Severity } from '@ganzhi/contracts/severity'
import type { AlarmState } from '@ganzhi/contracts/transition'
import type { OpenPolicy } from './notice-policy.ts'

/** What raises alarms: a rule, at a target, in a dimension. As it was when it was first heard of. */
export interface Subject {
  /** Of those three. */
  readonly key: string
  readonly rule: NoticeAlarm['rule']
  readonly target: Pick<NoticeAlarm, 'gateway' | 'device' | 'area' | 'dimension'>
  readonly placement: Pick<Placement, 'gateway' | 'device' | 'path' | 'profile' | 'tags'>
  /** Whose alarms are told together. */
  readonly place: Notice['area']
}

export function subjectKey(alarm: { rule: string; target: string; dimension: string }): string {
  return JSON.stringify([alarm.rule, alarm.target, alarm.dimension])
}

export interface AlarmAt {
  readonly id: string
  /** ms since 1970, as all times here */
  readonly openedAt: number
}

/**
 * How the alarms of a subject go on, as far as people are told of them: from when one is raised until all has stayed clear
 * for a while. People are told the difference between what they know and what counts, unless that is withheld.
 */
export interface Episode {
  readonly subject: Subject
  /** The newest. */
  readonly alarm: AlarmAt
  /** What the alarm is at, and since when, by the time at which the platform knew. */
  readonly state: AlarmState
  readonly since: number
  /** What counts: it rises at once, and falls when it has settled. */
  readonly counts: AlarmState
  /** What people know. */
  readonly told: AlarmState
  /** What they would know if nothing were withheld. */
  readonly noted: AlarmState
  readonly toldAt: number
  readonly remindedAt: number
  /** Steps of escalation that were taken. */
  readonly escalated: number
  readonly acknowledged: Acknowledged | null
  /** How often it was raised or ended, and when it was last. */
  readonly changes: number
  readonly changedAt: readonly number[]
  readonly flapping: boolean
  readonly withheldBy: WithheldBy | null
  /** Why people were not told of what they do not know. */
  readonly heldBackBy: WithheldBy | null
  /** When it has to be looked at again. */
  readonly due: number
}

export interface Acknowledged extends Acknowledgement {
  /** It is not about anything graver. */
  readonly severity: AlarmState
}

const RANKS: readonly AlarmState[] = ['clear', ...SEVERITIES]

export function rankOf(state: AlarmState): number {
  return RANKS.indexOf(state)
}

export function isGraver(a: AlarmState, b: AlarmState): boolean {
  return rankOf(a) > rankOf(b)
}

export function newEpisode(subject: Subject, alarm: AlarmAt, at: number): Episode {
  return {
    subject,
    alarm,
    state: 'clear',
    since: at,
    counts: 'clear',
    told: 'clear',
    noted: 'clear',
    toldAt: at,
    remindedAt: at,
    escalated: 0,
    acknowledged: null,
    changes: 0,
    changedAt: [],
    flapping: false,
    withheldBy: null,
    heldBackBy: null,
    due: at,
  }
}

/** As a transition makes it. */
export function changed(
  episode: Episode,
  { alarm, to, at }: { readonly alarm: AlarmAt; readonly to: AlarmState; readonly at: number },
  { flapping }: OpenPolicy,
): Episode {
  const turned = (episode.state === 'clear') !== (to === 'clear')
  return {
    ...episode,
    alarm,
    state: to,
    since: at,
    counts: isGraver(to, episode.counts) ? to : episode.counts,
    ...(turned && {
      changes: episode.changes + 1,
      // One more than there may be tells whether it flaps.
      changedAt: [...episode.changedAt, at].slice(-flapping.changes - 1),
    }),
  }
}

/** As it has settled by now; a rise must be noted before it is taken back. */
export function settled(episode: Episode, now: number, policy: OpenPolicy): Episode {
  const flapping = now < flapsUntil(episode, policy)
  const { state, counts, noted, since, acknowledged } = episode
  const falls =
    isGraver(counts, state) && !isGraver(counts, noted) && !flapping && now >= since + policy.settleMs
  const passed = acknowledged !== null && isGraver(counts, acknowledged.severity)
  return {
    ...episode,
    flapping,
    ...(falls && { counts: state }),
    ...(passed && { acknowledged: null }),
  }
}

/** What has changed too often within a while goes on flapping until the first of these changes is older than that. */
function flapsUntil({ changedAt }: Episode, { flapping }: OpenPolicy): number {
  const first = changedAt.length > flapping.changes ? changedAt.at(-flapping.changes - 1) : undefined
  return (first ?? -Infinity) + flapping.withinMs
}

/** When it has to be looked at again, but for what it still waits to be told. */
export function nextLook(episode: Episode, now: number, policy: OpenPolicy): number {
  const { state, counts, noted, since, toldAt, remindedAt, escalated } = episode
  const flaps = flapsUntil(episode, policy)
  const falls = isGraver(counts, state) && !isGraver(counts, noted)
  const times = [
    flaps,
    // Where its rise was told only now, it may have settled long ago.
    ...(falls ? [Math.max(since + policy.settleMs, flaps, now + 1)] : []),
    ...(isOver(episode) ? [forgottenAt(episode, policy)] : []),
    ...(isPressing(episode)
      ? [
          remindedAt + policy.reminderMs[episode.counts],
          toldAt + (policy.escalation[episode.counts][escalated]?.afterMs ?? Infinity),
        ]
      : []),
  ]
  return Math.min(...times.filter((time) => time > now))
}

export interface Pressing extends Episode {
  readonly counts: Severity
}

/** It is open, people know it, and nobody has said that he takes care of it. */
export function isPressing(episode: Episode): episode is Pressing {
  const { state, counts, told, acknowledged, withheldBy } = episode
  return (
    state !== 'clear' && counts !== 'clear' && told === counts && acknowledged === null && withheldBy === null
  )
}

function isOver({ state, counts, told, noted }: Episode): boolean {
  return [state, counts, told, noted].every((each) => each === 'clear')
}

/** What is over is remembered as long as it may come to flapping. */
function forgottenAt({ changedAt }: Episode, { flapping }: OpenPolicy): number {
  return (changedAt.at(-1) ?? -Infinity) + flapping.withinMs
}

export function isForgotten(episode: Episode, now: number, policy: OpenPolicy): boolean {
  return isOver(episode) && now >= forgottenAt(episode, policy)
}
