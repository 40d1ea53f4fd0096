import type { WithheldBy } from '@ganzhi/contracts/notice'
import type { Severity } from '@ganzhi/contracts/severity'
import type { AlarmState } from '@ganzhi/contracts/transition'
import { type Digest, type LateTransition, digestDue, digestNotices, withLate } from './digest.ts'
import {
  type Acknowledged,
  type AlarmAt,
  type Episode,
  type Subject,
  changed,
  isForgotten,
  isGraver,
  newEpisode,
  nextLook,
  settled,
} from './episode.ts'
import { type Gates, gateOf, tellingKey } from './group.ts'
import type { NewNotice } from './new-notice.ts'
import type { OpenPolicy } from './notice-policy.ts'
import { type Telling, alarmOf, eased, noticeOf, severityOf, tellingsOf, told } from './telling.ts'
import { type OpenSilence, type Withhold, openInhibition, openSilencing } from './withhold.ts'

/** All that is remembered between two steps. */
export interface NoticeState {
  /** Of the last step, ms since 1970. */
  readonly clock: number
  readonly episodes: ReadonlyMap<string, Episode>
  readonly gates: Gates
  readonly digest: Digest | null
}

export const NO_NOTICES: NoticeState = { clock: 0, episodes: new Map(), gates: new Map(), digest: null }

export interface NoticeSettings {
  readonly policy: OpenPolicy
  readonly silences: readonly OpenSilence[]
}

interface OfAlarm {
  readonly subject: Subject
  readonly alarm: AlarmAt
  /** When the platform knew. */
  readonly at: number
}

interface OpenAlarm extends AlarmAt {
  readonly severity: Severity
}

export type NoticeInput =
  | (OfAlarm & { readonly kind: 'transition'; readonly to: AlarmState })
  /** What becomes known of a time that is over; `open` is the subject's alarm that is open now. */
  | (OfAlarm & LateTransition & { readonly kind: 'late'; readonly open: OpenAlarm | null })
  | {
      readonly kind: 'acknowledged'
      readonly key: string
      readonly by: Acknowledged
    }
  /** Policy or silences are others than at the step before. */
  | { readonly kind: 'settings' }

export interface NoticeStep {
  readonly state: NoticeState
  /** In the order in which they are told. */
  readonly notices: readonly NewNotice[]
  /** When the next step is due, if nothing comes before. */
  readonly next: number
}

/** What people are told after the `inputs`, which are in order of time, and at `now`. Nothing else is known to it. */
export function step(
  before: NoticeState,
  inputs: readonly NoticeInput[],
  now: number,
  { policy, silences }: NoticeSettings,
): NoticeStep {
  const episodes = new Map(before.episodes)
  const touched = takeInputs(episodes, inputs, policy)
  const everything = inputs.some(({ kind }) => kind === 'settings') || nextEdge(silences, before.clock) <= now
  const isDue = ({ subject, due }: Episode) => everything || due <= now || touched.has(subject.key)
  for (const [key, episode] of episodes) {
    if (isDue(episode)) episodes.set(key, settled(episode, now, policy))
  }
  const silenced = openSilencing(silences, now)
  const digest = takeLate(episodes, before.digest, inputs, now, silenced)
  // What has given way to others may be told when these are less grave.
  const gateways = new Set<string | null>()
  for (const [key, { counts, subject }] of episodes) {
    if (isGraver(before.episodes.get(key)?.counts ?? 'clear', counts)) gateways.add(subject.target.gateway)
  }
  const inhibited = openInhibition(policy, episodes)
  const withhold: Withhold = (...about) => silenced(...about) ?? inhibited(...about)
  const looked = [...episodes.values()].filter(
    (episode) => isDue(episode) || gateways.has(episode.subject.target.gateway),
  )
  const tellings: Telling[] = []
  for (const { subject } of looked) {
    const episode = eased(withheldNow(episodes.get(subject.key) as Episode, withhold), now)
    episodes.set(subject.key, episode)
    tellings.push(...tellingsOf(episode, now, policy))
  }
  const { notices, gates, waiting } = tell(episodes, before.gates, tellings, now, policy)
  for (const { subject } of looked) {
    const episode = episodes.get(subject.key) as Episode
    if (isForgotten(episode, now, policy)) episodes.delete(subject.key)
    else {
      const due = Math.min(nextLook(episode, now, policy), waiting.get(subject.key) ?? Infinity)
      episodes.set(subject.key, { ...episode, due })
    }
  }
  const isTold = digest !== null && digestDue(digest) <= now
  const state = { clock: now, episodes, gates, digest: isTold ? null : digest }
  return {
    state,
    notices: isTold ? [...notices, ...digestNotices(digest, now)] : notices,
    next: nextStep(state, silences),
  }
}

/** Takes what happens now, and answers with the subjects of it. */
function takeInputs(
  episodes: Map<string, Episode>,
  inputs: readonly NoticeInput[],
  policy: OpenPolicy,
): Set<string> {
  const touched = new Set<string>()
  for (const input of inputs) {
    if (input.kind === 'transition') {
      const { subject, alarm, at } = input
      const episode = episodes.get(subject.key) ?? newEpisode(subject, alarm, at)
      episodes.set(subject.key, changed(episode, input, policy))
      touched.add(subject.key)
    } else if (input.kind === 'acknowledged') {
      const { key, by } = input
      const episode = episodes.get(key)
      // Of what is over nobody is reminded anyway.
      if (!episode || episode.counts === 'clear') continue
      episodes.set(key, { ...episode, acknowledged: by })
      touched.add(key)
    }
  }
  return touched
}

/** After all that happens now: where it has led is known already. What is open now says nothing about what was then. */
function takeLate(
  episodes: Map<string, Episode>,
  before: Digest | null,
  inputs: readonly NoticeInput[],
  now: number,
  silenced: Withhold,
): Digest | null {
  let digest = before
  for (const input of inputs) {
    if (input.kind !== 'late') continue
    const { subject, alarm, open, from, to } = input
    const episode = episodes.get(subject.key) ?? newEpisode(subject, alarm, now)
    const severity = to !== 'clear' ? to : from !== 'clear' ? from : severityOf(episode)
    const withheldBy = silenced(subject, severity)
    digest = withLate(digest, input, { ...alarmOf(episode, severity), ...idOf(alarm) }, withheldBy, now)
    episodes.set(subject.key, standing(episode, open, withheldBy, now))
  }
  return digest
}

function idOf({ id, openedAt }: AlarmAt) {
  return { id, openedAt: new Date(openedAt).toISOString() }
}

/** People learn it from the digest. */
function standing(
  episode: Episode,
  open: OpenAlarm | null,
  withheldBy: WithheldBy | null,
  now: number,
): Episode {
  const alarm = open ? { id: open.id, openedAt: open.openedAt } : episode.alarm
  const state: AlarmState = open?.severity ?? 'clear'
  if (state === episode.state) return { ...episode, alarm }
  const known = { told: state, toldAt: now, remindedAt: now, escalated: 0, heldBackBy: null }
  return {
    ...episode,
    alarm,
    state,
    since: now,
    counts: state,
    noted: state,
    due: now,
    ...(withheldBy === null ? known : { heldBackBy: withheldBy }),
    ...(state === 'clear' && { changes: 0, acknowledged: null }),
  }
}

function withheldNow(episode: Episode, withhold: Withhold): Episode {
  const isClear = [episode.counts, episode.noted, episode.told].every((each) => each === 'clear')
  return { ...episode, withheldBy: isClear ? null : withhold(episode.subject, severityOf(episode)) }
}

/** Those that are told together in one notice, at once or when their gate opens. */
function tell(
  episodes: Map<string, Episode>,
  before: Gates,
  tellings: readonly Telling[],
  now: number,
  { windowMs }: OpenPolicy,
): { notices: NewNotice[]; gates: Gates; waiting: Map<string, number> } {
  const gates = new Map(before.entries().filter(([, opensAt]) => opensAt > now))
  const notices: NewNotice[] = []
  const waiting = new Map<string, number>()
  for (const [key, group] of Map.groupBy(tellings, tellingKey)) {
    const { opensAt, opensAgainAt } = gateOf(group[0] as Telling, before.get(key), now, windowMs)
    if (opensAt > now) {
      gates.set(key, opensAt)
      for (const { episode } of group) waiting.set(episode.subject.key, opensAt)
      continue
    }
    notices.push(noticeOf(group, now))
    for (const telling of group) {
      const { key: subject } = telling.episode.subject
      episodes.set(subject, told(episodes.get(subject) as Episode, telling, now))
    }
    if (opensAgainAt > now) gates.set(key, opensAgainAt)
  }
  return { notices, gates, waiting }
}

function nextEdge(silences: readonly OpenSilence[], after: number): number {
  return Math.min(...silences.map((silence) => silence.nextEdge(after) ?? Infinity), Infinity)
}

function nextStep({ clock, episodes, digest }: NoticeState, silences: readonly OpenSilence[]): number {
  let next = Math.min(nextEdge(silences, clock), digest ? digestDue(digest) : Infinity)
  for (const { due } of episodes.values()) next = Math.min(next, due)
  return next
}
