import Type, { type Static } from 'typebox'
import { Condition } from './condition.ts'
import { DeviceId, PropertyId } from './point-table.ts'

const closed = { additionalProperties: false } as const

const Ms = Type.Integer({ minimum: 0, maximum: 8_640_000_000_000_000 })
export const CommandId = Type.String({ pattern: '^[0-9A-Za-z-]{8,64}$' })

/** 反向控制: one property of one device is to be set, by someone, until some time. */
export const Command = Type.Object(
  {
    /** Chosen by who asks; the same id again is the same command, and never done twice. */
    id: CommandId,
    device: DeviceId,
    property: PropertyId,
    /** An integer beyond 2^53 is a string of its digits. */
    value: Type.Union([Type.Number(), Type.Boolean(), Type.String({ maxLength: 4_096 })]),
    author: Type.String({ minLength: 1, maxLength: 200 }),
    askedAt: Ms,
    /** Not begun at or after this time, by the gateway's clock. */
    expiresAt: Ms,
    /** Checked against a fresh reading just before the write. */
    precondition: Type.Optional(Condition),
  },
  closed,
)
export type Command = Static<typeof Command>

/**
 * asked → delivered → executed → confirmed, or an end on the way. `executed`: the device acknowledged the write;
 * `confirmed`: read back, it has the value. `unknown`: the write was sent and nothing tells whether it was done.
 */
export const COMMAND_STATES = [
  'asked',
  'delivered',
  'executed',
  'confirmed',
  'failed',
  'unknown',
  'expired',
  'cancelled',
] as const
export type CommandState = (typeof COMMAND_STATES)[number]

/** One line of a command's journal. */
export const CommandStep = Type.Object(
  {
    command: CommandId,
    state: Type.Enum(COMMAND_STATES),
    at: Ms,
    /** What was read back, or found instead. */
    value: Type.Optional(Type.Union([Type.Number(), Type.Boolean(), Type.String(), Type.Null()])),
    error: Type.Optional(
      Type.Object(
        { code: Type.String(), message: Type.String(), remedy: Type.Optional(Type.String()) },
        closed,
      ),
    ),
  },
  closed,
)
export type CommandStep = Static<typeof CommandStep>

/** What a gateway is asked on its command subject; its reply is the command's last step. */
export const CommandRequest = Type.Union([
  Type.Object({ kind: Type.Literal('ask'), command: Command }, closed),
  Type.Object({ kind: Type.Literal('cancel'), id: CommandId, author: Command.properties.author }, closed),
])
export type CommandRequest = Static<typeof CommandRequest>
