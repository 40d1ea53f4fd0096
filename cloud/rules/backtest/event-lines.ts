import { readFile } from 'node:fs/promises'
import { GanzhiError } from '@ganzhi/contracts/error'
import { decodeEventsRecord } from '@ganzhi/contracts/event'
import { eventInputOf } from '../engine/event-input.ts'
import type { EventInput } from '../engine/rule-input.ts'

export interface DeviceEvent {
  readonly device: string
  readonly input: EventInput
}

/** Events from lines of CloudEvents, as gateways send them; what else stands among these is passed over. */
export async function readEventLines(file: string): Promise<DeviceEvent[]> {
  const lines = (await readFile(file, 'utf8')).replace(/^\uFEFF/, '').split('\n')
  return lines.flatMap((line, i) => (line.trim() === '' ? [] : eventOf(line, `${file}:${i + 1}`)))
}

function eventOf(line: string, place: string): DeviceEvent[] {
  try {
    const record = decodeEventsRecord(Buffer.from(line))
    if (record.kind !== 'event') return []
    const { event } = record
    return [{ device: event.subject, input: eventInputOf(event, Date.parse(event.time)) }]
  } catch (cause) {
    if (!(cause instanceof GanzhiError)) throw cause
    throw new GanzhiError(`${place}: ${cause.message}`, {
      code: 'bad-events',
      blame: 'caller',
      field: cause.field ?? 'events',
      remedy: '每行一个 One CloudEvent in JSON a line; see docs/contracts/.',
      cause,
    })
  }
}
