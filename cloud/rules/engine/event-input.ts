import type { CloudEvent } from '@ganzhi/contracts/cloud-event'
import type { EventInput } from './rule-input.ts'

/** What rules get of an event of this time (ms). Its phase is the last word of its type. */
export function eventInputOf(
  { type, incident }: Pick<CloudEvent, 'type' | 'incident'>,
  at: number,
): EventInput {
  const dot = type.lastIndexOf('.')
  return { kind: 'event', at, type: type.slice(0, dot), phase: type.slice(dot + 1), incident }
}
