import { GanzhiError } from '@ganzhi/contracts/error'
import type { Value } from '@ganzhi/contracts/reading'
import type { PointResult } from '../driver.ts'
import type { ModbusExchange } from './plan.ts'
import { decodeValue } from './values.ts'

/** What a reply says of each point of the exchange, in their order. */
export function readings(
  { places, request }: ModbusExchange,
  bytes: Uint8Array,
  readAt: number,
): PointResult[] {
  const results: PointResult[] = []
  for (const { points } of places) {
    for (const { point } of points) results.push(reading(decodeValue(point, request, bytes), readAt))
  }
  return results
}

/** Why none of them has a value. */
export function failures({ points }: ModbusExchange, error: GanzhiError, readAt: number): PointResult[] {
  const quality = error.code === 'declined' || error.code === 'bad-unit' ? 'bad-config' : 'bad-comm'
  return points.map(() => ({ quality, value: null, readAt, error }))
}

function reading(value: Value | GanzhiError, readAt: number): PointResult {
  if (value instanceof GanzhiError) return { quality: 'uncertain', value: null, readAt, error: value }
  return { quality: 'good', value, readAt }
}
