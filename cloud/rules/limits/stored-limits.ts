import type { ClientBase } from 'pg'
import type { Span } from '../../series-store/series-store.ts'
import type { SampleInput } from '../engine/rule-input.ts'
import type { HistoryDevice } from '../history/stored-devices.ts'
import type { AskedLimit } from './asked-limits.ts'
import { HOUR_MS, historyNumber, hourOf, hoursBefore } from './history-number.ts'
import { readHourExtremes } from './hour-extremes.ts'
import { limitSample } from './with-limits.ts'

/** What limits would have been in a span, of each device: at each full hour before the first that was written live. */
export async function storedLimits(
  db: Pick<ClientBase, 'query'>,
  devices: readonly HistoryDevice[],
  limits: readonly AskedLimit[],
  span: Span,
): Promise<ReadonlyMap<HistoryDevice, readonly SampleInput[]>> {
  const told = new Map<HistoryDevice, SampleInput[]>(devices.map((device) => [device, []]))
  for (const limit of limits) {
    const written = await firstWritten(db, devices, limit)
    const due = devices.filter((device) => hourOf(span.from) < (written.get(device) ?? Infinity))
    const hours = fullHours(span)
    if (due.length === 0 || hours.length === 0) continue
    const asked = [...new Set(hours.flatMap((hour) => hoursBefore(hour, limit)))]
    const extremes = await readHourExtremes(db, due, limit, asked)
    for (const [i, device] of due.entries()) {
      for (const hour of hours) {
        if (hour >= (written.get(device) ?? Infinity)) break
        const known = hoursBefore(hour, limit).flatMap((before) => extremes[i]?.get(before) ?? [])
        told.get(device)?.push(limitSample(limit.property, hour, historyNumber(known, limit)))
      }
    }
  }
  for (const samples of told.values()) samples.sort((a, b) => a.at - b.at)
  return told
}

function fullHours({ from, to }: Span): number[] {
  const first = hourOf(from - 1) + HOUR_MS
  return Array.from({ length: Math.max(0, Math.ceil((to - first) / HOUR_MS)) }, (_, i) => first + i * HOUR_MS)
}

async function firstWritten(
  db: Pick<ClientBase, 'query'>,
  devices: readonly HistoryDevice[],
  { property }: AskedLimit,
): Promise<ReadonlyMap<HistoryDevice, number>> {
  const series = new Map(
    devices.flatMap((device) =>
      device.series.flatMap((each) => (each.property === property ? [[each.id, device] as const] : [])),
    ),
  )
  if (series.size === 0) return new Map()
  const { rows } = await db.query<{ id: number; at: number }>(
    `SELECT id, (extract(epoch FROM ts) * 1000)::float8 AS at FROM unnest($1::int4[]) AS k (id)
     CROSS JOIN LATERAL (SELECT ts FROM samples WHERE series_id = k.id ORDER BY ts LIMIT 1) AS first`,
    [[...series.keys()]],
  )
  return new Map(
    rows.flatMap(({ id, at }) => (series.has(id) ? [[series.get(id) as HistoryDevice, at]] : [])),
  )
}
