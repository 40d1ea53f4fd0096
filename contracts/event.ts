import { CloudEvent } from './cloud-event.ts'
import { CommandEvent, isCommandEvent } from './command.ts'
import { GapRecord } from './gap.ts'
import { check } from './schema.ts'
import { undecodable } from './wire-frame.ts'

/** Body of a record of the events lane: an event, a step of a command's life, or the name of what is missing. */
export type EventsRecord =
  | { readonly kind: 'event'; readonly event: CloudEvent }
  | { readonly kind: 'command'; readonly event: CommandEvent }
  | { readonly kind: 'gap'; readonly gap: GapRecord }

export function encodeEvent(event: CloudEvent): Uint8Array {
  return Buffer.from(JSON.stringify(check(CloudEvent, event, 'event')))
}

export function encodeCommandEvent(event: CommandEvent): Uint8Array {
  return Buffer.from(JSON.stringify(check(CommandEvent, event, 'command event')))
}

export function encodeGap(gap: GapRecord): Uint8Array {
  return Buffer.from(JSON.stringify(check(GapRecord, gap, 'gap record')))
}

export function decodeEventsRecord(bytes: Uint8Array): EventsRecord {
  let body: unknown
  try {
    body = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (cause) {
    throw undecodable('is not JSON', cause)
  }
  if (typeof body === 'object' && body !== null && 'kind' in body) {
    const gap = check(GapRecord, body, 'gap record')
    if (gap.count === gap.lastSeq - gap.firstSeq + 1) return { kind: 'gap', gap }
    throw undecodable(`counts ${gap.count} from ${gap.firstSeq} to ${gap.lastSeq}`)
  }
  if (typeof body === 'object' && body !== null && isCommandEvent(body)) {
    return { kind: 'command', event: consistent(check(CommandEvent, body, 'command event')) }
  }
  const event = check(CloudEvent, body, 'event')
  if (Number.isNaN(Date.parse(event.time))) throw undecodable(`has the time ${event.time}`)
  return { kind: 'event', event }
}

/** What stands twice in it must be the same: readers go by either. */
function consistent(event: CommandEvent): CommandEvent {
  const { command, step } = event.data
  const same = command.id === step.command && event.type.endsWith(`.${step.state}`)
  if (same && event.subject === command.device && Date.parse(event.time) === step.at) return event
  throw undecodable(`tells of ${step.command} with the head of another`)
}
