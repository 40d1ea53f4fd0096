import type { CloudEvent } from '@ganzhi/contracts/cloud-event'
import type { Quality, Value, ValueType } from '@ganzhi/contracts/reading'
import { createHash } from 'node:crypto'

import type { Item } from './facts.ts'

export interface NamedReading {
  readonly gateway: string
  readonly device: string
  readonly property: string
  readonly type: ValueType
  readonly at: number
  readonly quality: Quality
  readonly value: Value
}

/** A point has one reading at a time; the workload sees to that. */
export function readingItem(reading: NamedReading): Item {
  const { gateway, device, property, type, at, quality, value } = reading
  return {
    id: `${gateway} ${device}/${property} ${new Date(at).toISOString()}`,
    digest: `${quality} ${type} ${valueText(value)}`,
  }
}

export function eventItem(gateway: string, event: CloudEvent): Item {
  return { id: `${gateway} event ${event.id}`, digest: canonical(event) }
}

export function evidenceItem(object: Uint8Array, contentType: string): Item {
  const sha256 = createHash('sha256').update(object).digest('hex')
  return { id: `evidence ${sha256}`, digest: `${object.length} B ${contentType}` }
}

/** The same text for the same value, on its way through JSON and SQL too. */
function valueText(value: Value): string {
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value)
  return typeof value === 'bigint' ? String(value) : canonical(value)
}

/** JSON with its keys in order: jsonb keeps none. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  )
}
