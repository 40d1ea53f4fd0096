import type { Notice, NoticeAlarm, WithheldBy } from '@ganzhi/contracts/notice'
import type { Severity } from '@ganzhi/contracts/severity'
import type { AlarmState } from '@ganzhi/contracts/transition'
import { type Episode, isGraver, isPressing, rankOf } from './episode.ts'
import { type NewNotice, newNotice } from './new-notice.ts'
import type { OpenPolicy } from './notice-policy.ts'

/** Something to be told of one episode. */
export interface Telling {
  readonly kind: Exclude<Notice['kind'], 'digest'>
  readonly episode: Episode
  readonly severity: Severity
  readonly withheldBy: WithheldBy | null
  readonly escalation: Notice['escalation']
}

export function tellingsOf(episode: Episode, now: number, policy: OpenPolicy): Telling[] {
  const { withheldBy } = episode
  const telling = (kind: Telling['kind'], escalation: Notice['escalation'] = null): Telling => ({
    kind,
    episode,
    severity: severityOf(episode),
    withheldBy,
    escalation,
  })
  const news = newsOf(episode)
  if (news) return [telling(news)]
  if (!isPressing(episode)) return []
  const { counts, toldAt, remindedAt, escalated } = episode
  const steps = policy.escalation[counts]
    .slice(escalated)
    .filter(({ afterMs }) => now >= toldAt + afterMs)
    .map(({ to }, i) => telling('escalated', { step: escalated + i + 1, to }))
  return now >= remindedAt + policy.reminderMs[counts] ? [telling('reminder'), ...steps] : steps
}

/** How what counts differs from what people know, or would know if it were not withheld. */
function newsOf(episode: Episode): 'raised' | 'graver' | 'ended' | undefined {
  const { counts } = episode
  const known = knownIn(episode)
  if (isGraver(counts, known)) return known === 'clear' ? 'raised' : 'graver'
  return counts === 'clear' && known !== 'clear' ? 'ended' : undefined
}

function knownIn({ withheldBy, told, noted }: Episode): AlarmState {
  return withheldBy === null ? told : noted
}

/** Of what has ended, that of which people knew. */
export function severityOf(episode: Episode): Severity {
  const { counts, noted, told: known } = episode
  const [severity = 'info'] = [counts, knownIn(episode), noted, known].filter((state) => state !== 'clear')
  return severity
}

/** That it is less grave now, or as people believe it to be, is no news; but what comes then is measured by it. */
export function eased(episode: Episode, now: number): Episode {
  const { state, counts, told: known, noted, withheldBy } = episode
  if (withheldBy !== null)
    return counts !== 'clear' && isGraver(noted, counts) ? { ...episode, noted: counts } : episode
  if (counts !== 'clear' && isGraver(known, counts))
    return { ...episode, told: counts, noted: counts, toldAt: now, escalated: 0 }
  if (known !== counts) return episode
  const isOver = state === 'clear' && counts === 'clear'
  return { ...episode, noted: counts, heldBackBy: null, ...(isOver && OVER) }
}

const OVER = { changes: 0, acknowledged: null, heldBackBy: null } as const

/** As it is when people have been told. */
export function told(episode: Episode, { kind, escalation, withheldBy }: Telling, now: number): Episode {
  const { counts } = episode
  if (kind === 'reminder') return { ...episode, remindedAt: now }
  if (kind === 'escalated') {
    // A step that waits for others is not passed over by the next one.
    const escalated = escalation?.step === episode.escalated + 1 ? escalation.step : episode.escalated
    return { ...episode, remindedAt: now, escalated }
  }
  const known: Episode =
    withheldBy === null
      ? {
          ...episode,
          told: counts,
          noted: counts,
          toldAt: now,
          remindedAt: now,
          escalated: 0,
          heldBackBy: null,
        }
      : { ...episode, noted: counts, heldBackBy: episode.heldBackBy ?? withheldBy }
  const isOver = counts === 'clear' && known.told === 'clear'
  return isOver ? { ...known, ...OVER } : known
}

export function noticeOf(group: readonly Telling[], now: number): NewNotice {
  const [{ kind, withheldBy, escalation, episode }] = group as [Telling]
  const { rule, place, target } = episode.subject
  const sameGateway = group.every((each) => each.episode.subject.target.gateway === target.gateway)
  const severities = group.map(({ severity }) => severity)
  return newNotice({
    at: now,
    kind,
    severity: severities.toSorted((a, b) => rankOf(b) - rankOf(a))[0] as Severity,
    rule,
    area: place,
    gateway: sameGateway ? target.gateway : null,
    alarms: group.map(({ episode: each, severity }) => alarmOf(each, severity)),
    ids: group.map(({ episode: { alarm } }) => alarm.id),
    withheldBy,
    escalation,
  })
}

export function alarmOf(episode: Episode, severity: Severity): NoticeAlarm {
  const { subject, alarm, changes, flapping, withheldBy, heldBackBy } = episode
  return {
    id: alarm.id,
    rule: subject.rule,
    ...subject.target,
    severity,
    openedAt: new Date(alarm.openedAt).toISOString(),
    changes,
    flapping,
    heldBackBy: withheldBy === null ? heldBackBy : null,
  }
}
