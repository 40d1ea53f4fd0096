import type { PoolClient } from 'pg'
import { type SampleArrays, readSampleArrays } from '../../series-store/sample-arrays.ts'
import { samplesByTime } from '../../series-store/samples-by-time.ts'
import type { Sample, Span } from '../../series-store/series-store.ts'
import { QUALITIES } from '@ganzhi/contracts/reading'
import { AHEAD_MS } from '../../series-store/write-batches.ts'
import { eventInputOf } from '../engine/event-input.ts'
import { type EventInput, type RuleInput, scalarOf } from '../engine/rule-input.ts'
import { PackedRows } from './packed-rows.ts'
import type { DeviceSeries, HistoryDevice } from './stored-devices.ts'
import { type Heeded, merged } from './stored-inputs.ts'

/** What some devices told in a span of time, read at once. */
export interface StoredBlock {
  /** Of all of them. */
  readonly inputs: number
  /** As `storedInputs` has it. Valid until the next device is asked for. */
  inputsOf(device: HistoryDevice): Iterable<RuleInput>
}

/** Series whose values are no plain numbers are read a few at a time. */
const SERIES_AT_ONCE = 50

export async function readBlock(
  client: PoolClient,
  devices: readonly HistoryDevice[],
  { properties, eventTypes }: Heeded,
  span: Span,
): Promise<StoredBlock> {
  const series = devices.flatMap((device) => device.series)
  const bodied = await samplesWithBodies(client, series, span)
  const plain = series.filter(({ id }) => !bodied.has(id)).map(({ id }) => id)
  const arrays = plain.length === 0 ? undefined : await readSampleArrays(client, plain, span)
  const events = eventTypes.size === 0 ? undefined : await eventsOf(client, devices, [...eventTypes], span)
  const names = [...properties]
  const rows = new PackedRows('by-property')
  const places = new Map(names.toSorted().map((name, place) => [name, place]))
  const sorted = [...places.keys()]

  const append = (each: DeviceSeries): void => {
    const place = places.get(each.property) ?? 0
    for (const { at, value, quality } of bodied.get(each.id) ?? [])
      rows.append(at, place, scalarOf(value), QUALITIES.indexOf(quality))
    if (!bodied.has(each.id)) appendPlain(rows, arrays, each, place)
  }
  const inBodies = bodied.values().reduce((sum, samples) => sum + samples.length, 0)
  const ofEvents = events?.values().reduce((sum, theirs) => sum + theirs.length, 0) ?? 0

  return {
    inputs: (arrays?.samples ?? 0) + inBodies + ofEvents,
    inputsOf(device) {
      rows.clear()
      for (const each of device.series) append(each)
      const theirs = events?.get(keyOf(device.gatewayId, device.device))
      return theirs ? merged(theirs, rows.inputs(sorted)) : rows.inputs(sorted)
    },
  }
}

function appendPlain(
  rows: PackedRows,
  arrays: SampleArrays | undefined,
  { id, type, scale }: DeviceSeries,
  place: number,
): void {
  const unit = 10 ** scale
  arrays?.forEach(id, (at, value, quality) => {
    const plain = value === null ? null : type === 'bool' ? value !== 0 : value / unit
    rows.append(at, place, plain, quality)
  })
}

async function samplesWithBodies(
  client: PoolClient,
  series: readonly DeviceSeries[],
  span: Span,
): Promise<Map<number, Sample[]>> {
  const samples = new Map<number, Sample[]>()
  const mayHave = series.filter(({ type }) => type !== 'bool').map(({ id }) => id)
  if (mayHave.length === 0) return samples
  const { rows } = await client.query<{ id: number }>(
    'SELECT DISTINCT series_id AS id FROM sample_body WHERE series_id = ANY ($1::int4[]) AND ts >= $2 AND ts < $3',
    [mayHave, new Date(span.from), new Date(span.to)],
  )
  for (const { id } of rows) samples.set(id, [])
  const ids = [...samples.keys()]
  for (let i = 0; i < ids.length; i += SERIES_AT_ONCE) {
    await client.query('BEGIN READ ONLY')
    for await (const page of samplesByTime(client, ids.slice(i, i + SERIES_AT_ONCE), span)) {
      for (const sample of page) samples.get(sample.seriesId)?.push(sample)
    }
    await client.query('COMMIT')
  }
  return samples
}

async function eventsOf(
  client: PoolClient,
  devices: readonly HistoryDevice[],
  types: readonly string[],
  { from, to }: Span,
): Promise<Map<string, EventInput[]>> {
  const { rows } = await client.query<EventRow>(EVENTS, [
    devices.map(({ gatewayId }) => gatewayId),
    devices.map(({ device }) => device),
    types.flatMap((type) => [`${type}.started`, `${type}.ended`]),
    new Date(from),
    new Date(to),
  ])
  const events = new Map<string, EventInput[]>()
  for (const row of rows) {
    const key = keyOf(row.gateway_id, row.subject)
    const theirs = events.get(key) ?? []
    theirs.push(eventInputOf(row, row.at))
    events.set(key, theirs)
  }
  return events
}

interface EventRow {
  readonly gateway_id: number
  readonly subject: string
  readonly type: string
  readonly incident: string
  readonly at: number
}

const EVENTS = `
SELECT gateway_id, subject, type, incident, floor(extract(epoch FROM time) * 1000)::float8 AS at
FROM unnest($1::int4[], $2::text[]) AS k (g, device)
JOIN event ON (gateway_id, subject) = (k.g, k.device)
WHERE type = ANY ($3) AND time >= $4 AND time < $5 AND time <= arrived_at + ${AHEAD_MS} * interval '1 ms'
ORDER BY date_trunc('milliseconds', time), id`

function keyOf(gatewayId: number, device: string): string {
  return `${gatewayId} ${device}`
}
