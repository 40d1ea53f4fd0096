import { type ErrorDocument, errorDocument } from '@ganzhi/contracts/error'
import type { Quality, Value } from '@ganzhi/contracts/reading'
import { type Clock, systemClock } from '@ganzhi/device-drivers/clock'
import type { PointResult } from '@ganzhi/device-drivers/driver'
import { readPointsOrEach, readsOf } from './read-points.ts'
import { sessionMemory } from './session-memory.ts'
import { openLink, type Target } from './target.ts'

export interface ReadDocument {
  readonly points: readonly ShownPoint[]
}

export interface ShownPoint extends ShownResult {
  readonly id: string
}

export interface ShownResult {
  /** An integer beyond 2^53 is a string of its digits. */
  readonly value: Exclude<Value, bigint>
  readonly quality: Quality
  readonly at: string
  readonly error?: ErrorDocument
}

/** Reads points from one device, once. `anyRead` is what the exit code tells. */
export async function readOnce(
  target: Target,
  { signal, clock = systemClock }: { readonly signal: AbortSignal; readonly clock?: Clock },
): Promise<{ document: ReadDocument; anyRead: boolean }> {
  const { driver, device, points } = target
  await using link = await openLink(target, { clock, memory: sessionMemory() })
  const results = await readPointsOrEach(readsOf(link, driver.id), device, points, { signal, clock })
  const shown = results.map((result, i) => ({ id: points[i]?.id ?? '', ...shownResult(result) }))
  return { document: { points: shown }, anyRead: results.some(({ value }) => value !== null) }
}

export function shownResult(result: PointResult): ShownResult {
  const at = new Date(result.readAt).toISOString()
  if (result.quality === 'good') return { value: shownValue(result.value), quality: 'good', at }
  return { value: null, quality: result.quality, at, error: errorDocument(result.error) }
}

export function shownValue(value: Value): Exclude<Value, bigint> {
  return typeof value === 'bigint' ? String(value) : value
}
