import type { IncidentView } from '@ganzhi/contracts/incident-view'
import { t, tOr } from '../language.ts'
import { showSpan } from '../show.ts'

/** The last part of a type says what happened; what is not known is shown as it came. */
export function nameOf({ type }: Pick<IncidentView, 'type'>): string {
  const kind = type.slice(type.lastIndexOf('.') + 1)
  return tOr(`scene.${kind}`, kind)
}

export function spanOf({ startedAt, endedAt }: IncidentView, now: number): string {
  const until = endedAt === null ? now : Date.parse(endedAt)
  return t('lasted', { time: showSpan(until - Date.parse(startedAt)) })
}
