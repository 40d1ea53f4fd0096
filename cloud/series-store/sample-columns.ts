import { VALUE_TYPES, type Value } from '@ganzhi/contracts/reading'
import type { SampleBatch } from './series-store.ts'

/** By `series.scale`. */
const POWERS = Float64Array.from({ length: 10 }, (_, scale) => Number(`1e${scale}`))
/** What is no less goes in as infinite, with a body: SQL's product, by which the two are matched, must not overflow. */
export const TOO_LARGE_TO_SCALE = 1e298
const JSON_TYPE = VALUE_TYPES.indexOf('json')

/** The rows of many batches by column, in order of arrival. */
export interface SampleColumns {
  readonly count: number
  readonly seriesId: Int32Array
  /** ms since 1970 */
  readonly at: Float64Array
  /** Times the power of its series. */
  readonly value: Float64Array
  /** 1 where the value column is NULL: there is no value, or a float8 can't come near it. */
  readonly absent: Uint8Array
  readonly quality: Uint8Array
  /** Of rows whose value can't be told from the float8: the value as JSON. */
  readonly bodies: ReadonlyMap<number, Buffer>
  /** Index of the batch, and of the row in it. */
  readonly batch: Int32Array
  readonly position: Int32Array
}

export function columnsOf(batches: readonly SampleBatch[]): SampleColumns {
  const count = batches.reduce((sum, { rows }) => sum + rows.count, 0)
  const seriesId = new Int32Array(count)
  const at = new Float64Array(count)
  const value = new Float64Array(count)
  const absent = new Uint8Array(count)
  const quality = new Uint8Array(count)
  const batch = new Int32Array(count)
  const position = new Int32Array(count)
  const bodies = new Map<number, Buffer>()
  let row = 0
  for (const [index, { rows, seriesOfSlot, typeOfSlot, scaleOfSlot }] of batches.entries()) {
    at.set(rows.at, row)
    quality.set(rows.quality, row)
    for (let i = 0; i < rows.count; i++, row++) {
      const slot = rows.slots[i] as number
      const given = rows.values[i] as Value
      seriesId[row] = seriesOfSlot[slot] as number
      batch[row] = index
      position[row] = i
      if (typeof given === 'number' && typeOfSlot[slot] !== JSON_TYPE) {
        const power = POWERS[scaleOfSlot[slot] as number] as number
        const stored = power === 1 ? given : scaled(given, power)
        value[row] = stored
        if (stored / power !== given && !Number.isNaN(given)) bodies.set(row, Buffer.from(String(given)))
        continue
      }
      const near = nearest(given, typeOfSlot[slot] === JSON_TYPE)
      if (near === null) absent[row] = 1
      else value[row] = near
      const body = bodyOf(given, typeOfSlot[slot] === JSON_TYPE)
      if (body !== undefined) bodies.set(row, Buffer.from(body))
    }
  }
  return { count, seriesId, at, value, absent, quality, bodies, batch, position }
}

/** A whole number wherever it gives the value back when divided; −0, NaN and infinities stay what they are. */
function scaled(value: number, power: number): number {
  const near = value * power
  const whole = Math.round(near)
  if (whole / power === value) return whole
  return Math.abs(value) < TOO_LARGE_TO_SCALE ? near : value * Infinity
}

function nearest(value: Value, isJson: boolean): number | null {
  if (isJson) return null
  if (typeof value === 'boolean' || typeof value === 'bigint') return Number(value)
  return typeof value === 'number' ? value : null
}

function bodyOf(value: Value, isJson: boolean): string | undefined {
  if (value === null || (typeof value === 'boolean' && !isJson)) return undefined
  return typeof value === 'bigint' ? value.toString() : JSON.stringify(value)
}

/**
 * The given rows sorted by series, those of a series in order of arrival: neighbours in the index are written together.
 * Native sort of plain numbers: a comparator would cost as much as the COPY.
 */
export function bySeries({ seriesId, count }: SampleColumns, rows: Uint32Array): Uint32Array {
  if (isSorted(seriesId, rows)) return rows
  const keys = new Float64Array(rows.length)
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as number
    keys[i] = (seriesId[row] as number) * count + row
  }
  keys.sort()
  const sorted = new Uint32Array(rows.length)
  for (let i = 0; i < rows.length; i++) sorted[i] = (keys[i] as number) % count
  return sorted
}

function isSorted(seriesId: Int32Array, rows: Uint32Array): boolean {
  for (let i = 1; i < rows.length; i++) {
    if ((seriesId[rows[i] as number] as number) < (seriesId[rows[i - 1] as number] as number)) return false
  }
  return true
}

/** The given rows of one column. */
export function picked<C extends Int32Array | Float64Array | Uint8Array>(column: C, rows: Uint32Array): C {
  const out = column.slice(0, rows.length) as C
  for (let i = 0; i < rows.length; i++) out[i] = column[rows[i] as number] as number
  return out
}

export interface ByTrust {
  readonly trusted: Uint32Array
  readonly untrusted: Uint32Array
}

/** Rows whose time can be true, and rows whose time can't. */
export function byTrust({ at, count }: SampleColumns, oldest: number, newest: number): ByTrust {
  const rows = new Uint32Array(count)
  let trusted = 0
  let untrusted = count
  for (let row = 0; row < count; row++) {
    const time = at[row] as number
    if (time >= oldest && time <= newest) rows[trusted++] = row
    else rows[--untrusted] = row
  }
  return { trusted: rows.subarray(0, trusted), untrusted: rows.subarray(untrusted).reverse() }
}
