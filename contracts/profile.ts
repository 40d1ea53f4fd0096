import Type, { type Static } from 'typebox'
import { Condition } from './condition.ts'
import { PropertyId } from './device-id.ts'
import { ValueType } from './reading.ts'

const closed = { additionalProperties: false } as const

export const Names = Type.Object(
  { zh: Type.String({ minLength: 1 }), en: Type.String({ minLength: 1 }) },
  closed,
)
export type Names = Static<typeof Names>

/** What must hold before a property may be written; the value of the same device is read anew for it. */
export const Interlock = Type.Object(
  {
    ...Condition.properties,
    /** Only for a write of this value: a pump may be stopped at any level. For every write when left out. */
    writing: Type.Optional(Type.Union([Type.Number(), Type.Boolean(), Type.String()])),
    /** What a person is told who is refused. */
    reason: Names,
  },
  closed,
)
export type Interlock = Static<typeof Interlock>

const IntervalMs = Type.Integer({ minimum: 10, maximum: 86_400_000 })

/** How far a value must move from the last one *sent* before it is sent again. */
export const Deadband = Type.Object(
  {
    absolute: Type.Optional(Type.Number({ minimum: 0 })),
    /** Of the last sent value. */
    percent: Type.Optional(Type.Number({ minimum: 0, maximum: 100 })),
    /** Units a second: how far it may move from the last sent value, times the time between two readings. */
    perSecond: Type.Optional(Type.Number({ minimum: 0 })),
  },
  { ...closed, minProperties: 1, maxProperties: 1 },
)
export type Deadband = Static<typeof Deadband>

export const Property = Type.Object(
  {
    id: PropertyId,
    names: Names,
    type: ValueType,
    /** In UCUM, case-sensitive form: `ug/m3`, `Cel`, `dB[SPL]`. */
    unit: Type.Optional(Type.String({ pattern: '^[!-~]{1,40}$' })),
    /** Lowest and highest value that can be true; what is beyond is kept, as `uncertain`. */
    range: Type.Optional(Type.Array(Type.Number(), { minItems: 2, maxItems: 2 })),
    decimals: Type.Optional(Type.Integer({ minimum: 0, maximum: 9 })),
    access: Type.Enum(['r', 'w', 'rw']),
    /** How often it is read. */
    intervalMs: Type.Optional(IntervalMs),
    /** Without one every reading is sent. */
    deadband: Type.Optional(Deadband),
    /** Changes are not sent more often than this; a change of quality always is. */
    minReportMs: Type.Optional(IntervalMs),
    /** Sent at least this often, changed or not. */
    maxReportMs: Type.Optional(IntervalMs),
    /** Only grows: every step is part of a sum, so no deadband applies. */
    counter: Type.Optional(Type.Boolean()),
    /** What the values of a whole number stand for: `'0': { zh: 停止, en: stopped }`. */
    labels: Type.Optional(Type.Record(Type.String({ pattern: '^-?\\d+$' }), Names)),
    /** A write can hurt people or things: the gateway's configuration must permit it by name. */
    dangerous: Type.Optional(Type.Boolean()),
    /** All must hold, or a write is refused. */
    interlocks: Type.Optional(Type.Array(Interlock, { minItems: 1 })),
  },
  closed,
)
export type Property = Static<typeof Property>

const Parameter = Type.Object(
  {
    id: PropertyId,
    names: Names,
    type: ValueType,
    unit: Property.properties.unit,
    range: Property.properties.range,
  },
  closed,
)

export const ProfileEvent = Type.Object(
  { id: PropertyId, names: Names, output: Type.Optional(Type.Array(Parameter)) },
  closed,
)

export const ProfileCommand = Type.Object(
  {
    id: PropertyId,
    names: Names,
    input: Type.Optional(Type.Array(Parameter)),
    output: Type.Optional(Type.Array(Parameter)),
  },
  closed,
)

/** Bytes of a value are A (most significant), B, C …; the order is how they follow each other on the wire. */
export const BYTE_ORDERS = {
  16: ['AB', 'BA'],
  32: ['ABCD', 'CDAB', 'BADC', 'DCBA'],
  64: ['ABCDEFGH', 'BADCFEHG', 'CDABGHEF', 'DCBAHGFE', 'GHEFCDAB', 'HGFEDCBA'],
} as const

export const NUMBER_TYPES = [
  'int16',
  'uint16',
  'int32',
  'uint32',
  'int64',
  'uint64',
  'float32',
  'float64',
  /** Four decimal digits a register. */
  'bcd16',
  'bcd32',
  'bcd64',
] as const
export type NumberType = (typeof NUMBER_TYPES)[number]

/** Where one value is found on a Modbus unit; the same in a profile and in the points file of `ganzhi-edge read`. */
export const ModbusPoint = Type.Object(
  {
    id: PropertyId,
    table: Type.Enum(['coil', 'discrete', 'holding', 'input']),
    /** As in the frame, from 0: register 40001 of a manual is `holding`, 0. */
    address: Type.Integer({ minimum: 0, maximum: 65_535 }),
    type: Type.Enum([...NUMBER_TYPES, 'bool', 'string']),
    order: Type.Optional(Type.Enum([...BYTE_ORDERS[16], ...BYTE_ORDERS[32], ...BYTE_ORDERS[64]])),
    /** value = raw × scale + offset */
    scale: Type.Optional(Type.Number()),
    offset: Type.Optional(Type.Number()),
    /** Digits behind the decimal point that are meant: the value is rounded to them. */
    decimals: Type.Optional(Type.Integer({ minimum: 0, maximum: 9 })),
    /** Bit of a register, 0 is the least significant; only with `bool`. */
    bit: Type.Optional(Type.Integer({ minimum: 0, maximum: 15 })),
    /** Lowest and highest bit of a field in a whole number without sign. */
    bits: Type.Optional(Type.Array(Type.Integer({ minimum: 0, maximum: 63 }), { minItems: 2, maxItems: 2 })),
    /** Raw whole number → what it means, for devices with codes of their own: `'170': true`. */
    enum: Type.Optional(
      Type.Record(
        Type.String({ pattern: '^-?\\d+$' }),
        Type.Union([Type.String(), Type.Integer(), Type.Boolean()]),
        { minProperties: 1 },
      ),
    ),
    /** Length of a `string`. */
    registers: Type.Optional(Type.Integer({ minimum: 1, maximum: 125 })),
    /**
     * How it is written, where not by the shortest way (05, 06, 16; 22 for a bit or a field of a register):
     * `multiple` 15 or 16 also for one; `read-write` 23, which reads it back in the same exchange.
     */
    write: Type.Optional(Type.Enum(['multiple', 'read-write'])),
  },
  closed,
)
export type ModbusPoint = Static<typeof ModbusPoint>

/** Registers of a point in a register table, or 1 for a coil. */
export function modbusWidth(point: ModbusPoint): number {
  if (point.type === 'bool') return 1
  if (point.type === 'string') return point.registers ?? 1
  return bitsOf(point.type) / 16
}

export function bitsOf(type: NumberType): 16 | 32 | 64 {
  return type.endsWith('64') ? 64 : type.endsWith('32') ? 32 : 16
}

/** What a kind of device takes less of than the standard allows; learnt by a gateway, or from the manual. */
export const ModbusLimits = Type.Object(
  {
    /** At most so many registers in one read. */
    registers: Type.Optional(Type.Integer({ minimum: 1, maximum: 125 })),
    /** At most so many coils or discrete inputs in one read. */
    bits: Type.Optional(Type.Integer({ minimum: 1, maximum: 2_000 })),
    /** Addresses that can't be read, both ends included. */
    refused: Type.Optional(
      Type.Array(
        Type.Object(
          {
            table: Type.Enum(['coil', 'discrete', 'holding', 'input']),
            from: Type.Integer({ minimum: 0, maximum: 65_535 }),
            to: Type.Integer({ minimum: 0, maximum: 65_535 }),
          },
          closed,
        ),
      ),
    ),
    /** Rest that the device needs between two requests. */
    pauseMs: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000 })),
  },
  closed,
)
export type ModbusLimits = Static<typeof ModbusLimits>

const Caveat = Type.Object({ text: Names, link: Type.String({ pattern: '^https?://' }) }, closed)

/** A thing model 物模型: what a kind of device measures and does, and where on its wire each value is found. */
export const Profile = Type.Object(
  {
    /** `<maker or standard>/<model>`, which is also its path under firmware-config/profiles. */
    id: Type.String({ pattern: '^[a-z0-9][a-z0-9.-]*/[a-z0-9][a-z0-9.-]*$' }),
    /** Immutable once published. */
    version: Type.Integer({ minimum: 1 }),
    maker: Type.String({ minLength: 1 }),
    model: Type.String({ minLength: 1 }),
    names: Names,
    /** Where the register map was read. */
    source: Type.Optional(Type.String({ pattern: '^https?://' })),
    properties: Type.Array(Property, { minItems: 1, maxItems: 10_000 }),
    events: Type.Optional(Type.Array(ProfileEvent)),
    commands: Type.Optional(Type.Array(ProfileCommand)),
    protocols: Type.Object(
      {
        modbus: Type.Optional(
          Type.Object(
            {
              points: Type.Array(ModbusPoint, { minItems: 1, maxItems: 10_000 }),
              limits: Type.Optional(ModbusLimits),
            },
            closed,
          ),
        ),
      },
      closed,
    ),
    /** Known limits of the device, with the evidence. */
    caveats: Type.Optional(Type.Array(Caveat)),
  },
  closed,
)
export type Profile = Static<typeof Profile>
