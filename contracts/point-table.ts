import { createHash } from 'node:crypto'
import Type, { type Static } from 'typebox'
import { DeviceId, PropertyId } from './device-id.ts'
import { packIntegers, unpackIntegers } from './integer-column.ts'
import { VALUE_TYPES, ValueType } from './reading.ts'
import { check } from './schema.ts'
import { packTexts, unpackTexts } from './text-column.ts'
import { packFrame, undecodable, unpackFrame } from './wire-frame.ts'

/** One column of the series store: what a slot of a batch stands for. */
export const Point = Type.Object(
  {
    device: DeviceId,
    property: PropertyId,
    type: ValueType,
    /** Digits behind the decimal point that the device means; batches then carry whole numbers. */
    decimals: Type.Optional(Type.Integer({ minimum: 0, maximum: 9 })),
  },
  { additionalProperties: false },
)
export type Point = Static<typeof Point>

const MAX_POINTS = 100_000
const NO_DECIMALS = -1

/** The points that batches refer to by slot. Its hash is its name, and it never changes. */
export const PointTable = Type.Object(
  { points: Type.Array(Point, { maxItems: MAX_POINTS }) },
  { additionalProperties: false },
)
export type PointTable = Static<typeof PointTable>

export interface EncodedTable {
  /** Hex sha256 of `bytes`. */
  readonly hash: string
  readonly bytes: Uint8Array
}

/** By column: devices and properties repeat, and zstd then costs next to nothing for them. */
export function encodePointTable(table: PointTable): EncodedTable {
  const { points } = check(PointTable, table, 'point table')
  const bytes = packFrame([
    'table',
    points.length,
    ...packTexts(points.map((point) => point.device)),
    ...packTexts(points.map((point) => point.property)),
    ...packIntegers(points.map((point) => VALUE_TYPES.indexOf(point.type))),
    ...packIntegers(points.map((point) => point.decimals ?? NO_DECIMALS)),
  ])
  return { hash: hashOf(bytes), bytes }
}

export function decodePointTable(bytes: Uint8Array): PointTable {
  const frame = unpackFrame(bytes, 'table')
  const count = frame.integer()
  if (count < 0 || count > MAX_POINTS) throw undecodable(`claims ${count} points`)
  const devices = unpackTexts(frame, count)
  const properties = unpackTexts(frame, count)
  const types = unpackIntegers(frame, count)
  const decimals = unpackIntegers(frame, count)
  frame.end()
  const points = devices.map((device, i) => ({
    device,
    property: properties[i],
    type: VALUE_TYPES[types[i] as number],
    ...(decimals[i] === NO_DECIMALS ? {} : { decimals: decimals[i] }),
  }))
  return check(PointTable, { points }, 'point table')
}

export function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
