import { GanzhiError } from './error.ts'
import { fitsIntegers, packIntegers, unpackIntegers } from './integer-column.ts'
import type { Point, PointTable } from './point-table.ts'
import { QUALITIES, type Reading, type Value } from './reading.ts'
import { MAX_RECORD_BYTES } from './record-key.ts'
import { KINDS, type Kind, kindOf, packValues, unpackValues } from './value-columns.ts'
import { type Field, type FrameReader, openFrame, packFrame, undecodable } from './wire-frame.ts'

/** Rows of one batch at most: a hostile count must not make us reserve memory for it. */
const MAX_ROWS = 200_000
const LONGEST_TIME = 8.64e15

/** A batch by column; row i is `at[i] quality[i] values[i]` of the point in `slots[i]`. Order is the gateway's. */
export interface DecodedBatch {
  readonly count: number
  readonly slots: Uint32Array
  /** ms since 1970 */
  readonly at: Float64Array
  /** Index into QUALITIES. */
  readonly quality: Uint8Array
  readonly values: Value[]
}

interface BatchHead {
  /** Hash of the point table that the slots refer to. */
  readonly table: string
  /** Time of the first reading, ms since 1970; 0 in an empty batch. */
  readonly base: number
  readonly count: number
}

export interface UnpackedBatch extends BatchHead {
  decode(table: PointTable): DecodedBatch
}

/** Readings of one point table as one record. Throws 'batch-too-large' where `encodeBatches` would split. */
export function encodeBatch(tableHash: string, table: PointTable, readings: readonly Reading[]): Uint8Array {
  if (readings.length > MAX_ROWS) throw tooLarge(`${readings.length} readings`)
  const base = readings[0]?.at ?? 0
  const kinds = readings.map((reading, row) => checkedKind(table, reading, row))
  const frame = packFrame([
    'batch',
    Buffer.from(tableHash, 'hex'),
    base,
    readings.length,
    ...packIntegers(readings.map((reading) => reading.slot)),
    ...packTimes(readings, base),
    ...packIntegers(readings.map((reading) => QUALITIES.indexOf(reading.quality))),
    ...packIntegers(kinds.map((kind) => KINDS.indexOf(kind))),
    ...packValues(
      kinds,
      (row) => readings[row]?.value ?? null,
      (row) => table.points[readings[row]?.slot ?? 0],
    ),
  ])
  if (frame.length > MAX_RECORD_BYTES) throw tooLarge(`${frame.length} bytes`)
  return frame
}

/** As many batches as it takes to keep each under the limit. */
export function encodeBatches(hash: string, table: PointTable, readings: readonly Reading[]): Uint8Array[] {
  try {
    return [encodeBatch(hash, table, readings)]
  } catch (error) {
    if (!(error instanceof GanzhiError && error.code === 'batch-too-large') || readings.length < 2)
      throw error
    const half = readings.length >> 1
    return [readings.slice(0, half), readings.slice(half)].flatMap((part) => encodeBatches(hash, table, part))
  }
}

export function decodeBatch(bytes: Uint8Array, table: PointTable): DecodedBatch {
  return unpackBatch(bytes).decode(table)
}

/** First what can be told without the point table, then the rows. */
export function unpackBatch(bytes: Uint8Array): UnpackedBatch {
  const open = openFrame(bytes, 'batch')
  let behindHead: FrameReader | undefined = open()
  const head = headOf(behindHead)
  return {
    ...head,
    decode(table) {
      const frame = behindHead ?? open()
      if (frame !== behindHead) headOf(frame)
      behindHead = undefined
      return rowsOf(frame, head, table)
    },
  }
}

function rowsOf(frame: FrameReader, { count, base }: BatchHead, table: PointTable): DecodedBatch {
  const slots = Uint32Array.from(unpackIntegers(frame, count), (slot) => {
    if (slot >= 0 && slot < table.points.length) return slot
    throw undecodable(`refers to slot ${slot} of a table of ${table.points.length} points`)
  })
  const at = unpackTimes(frame, base, count)
  const quality = Uint8Array.from(unpackIntegers(frame, count), (code) => {
    if (code >= 0 && code < QUALITIES.length) return code
    throw undecodable(`has quality ${code}, which is not known`)
  })
  const kinds = Array.from(unpackIntegers(frame, count), (code) => {
    const kind = KINDS[code]
    if (kind !== undefined) return kind
    throw undecodable(`has a value of kind ${code}, which is not known`)
  })
  const values = unpackValues(frame, kinds, (row) => table.points[slots[row] as number] as Point)
  frame.end()
  return { count, slots, at, quality, values }
}

function headOf(frame: FrameReader): BatchHead {
  const table = frame.bytes()
  const base = frame.integer()
  const count = frame.integer()
  if (table.length !== 32) throw undecodable('names no point table')
  if (!isTime(base)) throw undecodable('has no base time')
  if (count < 0 || count > MAX_ROWS) throw undecodable(`claims ${count} readings`)
  return { table: Buffer.from(table).toString('hex'), base, count }
}

/** Offsets from the base; a device that jumps by centuries gets 8 bytes a time instead. */
function packTimes(readings: readonly Reading[], base: number): Field[] {
  const offsets = readings.map((reading) => reading.at - base)
  const earliest = offsets.reduce((least, at) => Math.min(least, at), 0)
  const latest = offsets.reduce((most, at) => Math.max(most, at), 0)
  if (fitsIntegers(earliest, latest)) return [null, ...packIntegers(offsets)]
  return [new Uint8Array(Float64Array.from(readings, (reading) => reading.at).buffer)]
}

function unpackTimes(frame: FrameReader, base: number, count: number): Float64Array {
  const raw = frame.optionalBytes()
  if (raw !== null && raw.length !== count * 8) throw undecodable('has a time column of the wrong length')
  const at =
    raw === null
      ? unpackIntegers(frame, count).map((offset) => base + offset)
      : new Float64Array(new Uint8Array(raw).buffer)
  if (at.every(isTime)) return at
  throw undecodable('has a time that no calendar knows')
}

function isTime(value: number): boolean {
  return Number.isInteger(value) && Math.abs(value) <= LONGEST_TIME && !Object.is(value, -0)
}

function checkedKind(table: PointTable, reading: Reading, row: number): Kind {
  const point = table.points[reading.slot]
  if (!point) throw badReading(row, 'slot', `is ${reading.slot}, the table has ${table.points.length} points`)
  if (!isTime(reading.at)) throw badReading(row, 'at', `is ${reading.at}, not whole milliseconds since 1970`)
  if (!QUALITIES.includes(reading.quality)) throw badReading(row, 'quality', `is "${reading.quality}"`)
  const kind = kindOf(point, reading.value)
  if (kind) return kind
  throw badReading(row, 'value', `does not fit ${point.device}/${point.property}, which is ${point.type}`)
}

function badReading(row: number, field: string, what: string): GanzhiError {
  return new GanzhiError(`reading ${row}: ${field} ${what}`, {
    code: 'bad-reading',
    blame: 'caller',
    field: `readings[${row}].${field}`,
    remedy: 'Correct the point or mark the reading as bad with value null.',
  })
}

function tooLarge(what: string): GanzhiError {
  return new GanzhiError(`a batch of ${what} is too large`, {
    code: 'batch-too-large',
    blame: 'caller',
    field: 'readings',
    remedy: 'Use encodeBatches, which splits.',
  })
}
