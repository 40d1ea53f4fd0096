import Type, { type Static } from 'typebox'
import { Condition } from './condition.ts'
import { DeviceId, PropertyId } from './device-id.ts'

const closed = { additionalProperties: false } as const

const Ms = Type.Integer({ minimum: 0, maximum: 8_640_000_000_000_000 })
export const CommandId = Type.String({ pattern: '^[0-9A-Za-z-]{8,64}$' })
/** A person or program, in words without control characters. */
export const Author = Type.String({ pattern: '^[^\\u0000-\\u001f\\u007f]{1,200}$' })
const EVENT_PREFIX = 'cn.ganzhi.command.'

/** 反向控制: one property of one device is to be set, by someone, until some time. */
export const Command = Type.Object(
  {
    /** Chosen by who asks; the same id again is the same command, and never done twice. */
    id: CommandId,
    device: DeviceId,
    property: PropertyId,
    /** An integer beyond 2^53 is a string of its digits. */
    value: Type.Union([Type.Number(), Type.Boolean(), Type.String({ maxLength: 4_096 })]),
    author: Author,
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
 * asked → delivered → executed → confirmed, or an end on the way. `delivered`: the gateway has it on its disk. `executed`:
 * the device acknowledged the write; `confirmed`: read back, it has the value. `failed`: it was refused, or the device
 * has another value. `unknown`: nothing tells whether it was done.
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

const ENDS: readonly CommandState[] = ['confirmed', 'failed', 'unknown', 'expired', 'cancelled']

export const CommandError = Type.Object(
  {
    code: Type.String(),
    message: Type.String(),
    field: Type.Optional(Type.String()),
    remedy: Type.Optional(Type.String()),
  },
  closed,
)
export type CommandError = Static<typeof CommandError>

/** One line of a command's journal. A command is in each state at most once. */
export const CommandStep = Type.Object(
  {
    command: CommandId,
    state: Type.Enum(COMMAND_STATES),
    at: Ms,
    /** Who asked or cancelled. */
    author: Type.Optional(Author),
    /** What was read back, or found instead. */
    value: Type.Optional(Type.Union([Type.Number(), Type.Boolean(), Type.String(), Type.Null()])),
    error: Type.Optional(CommandError),
    /** `executed` is the end where the property can't be read back. */
    last: Type.Optional(Type.Literal(true)),
  },
  closed,
)
export type CommandStep = Static<typeof CommandStep>

/** No other step follows. */
export function isLastStep({ state, last }: Pick<CommandStep, 'state' | 'last'>): boolean {
  return last === true || ENDS.includes(state)
}

export const AskCommand = Type.Object({ kind: Type.Literal('ask'), command: Command }, closed)
/** A cancelled command is not done either when it comes only afterwards. */
export const CancelCommand = Type.Object(
  { kind: Type.Literal('cancel'), command: Command, author: Author },
  closed,
)

/** What a gateway is asked on its command subject. */
export const CommandRequest = Type.Union([AskCommand, CancelCommand])
export type CommandRequest = Static<typeof CommandRequest>

/** The command's last step; or why nothing came of the request, and the command is where it was. */
export const CommandReply = Type.Union([
  Type.Object({ step: CommandStep }, closed),
  Type.Object(
    { error: Type.Object({ ...CommandError.properties, retryable: Type.Boolean() }, closed) },
    closed,
  ),
])
export type CommandReply = Static<typeof CommandReply>

/**
 * A step as its gateway tells it, in the events lane: CloudEvents 1.0. It bears the whole command, so that a platform
 * that never heard of it, or forgot it, has all of its life.
 */
export const CommandEvent = Type.Object({
  specversion: Type.Literal('1.0'),
  id: Type.String({
    maxLength: 100,
    description: 'command and state: the same step always bears the same id',
  }),
  source: Type.String({ minLength: 1, maxLength: 300 }),
  type: Type.String({ pattern: `^${EVENT_PREFIX.replaceAll('.', '\\.')}(${COMMAND_STATES.join('|')})$` }),
  subject: DeviceId,
  time: Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{3}Z$' }),
  data: Type.Object({ command: Command, step: CommandStep }, closed),
})
export type CommandEvent = Static<typeof CommandEvent>

export function isCommandEvent(body: object): boolean {
  return 'type' in body && COMMAND_STATES.some((state) => body.type === `${EVENT_PREFIX}${state}`)
}

export function commandEvent(gateway: string, command: Command, step: CommandStep): CommandEvent {
  return {
    specversion: '1.0',
    id: `${command.id}.${step.state}`,
    source: `/gateways/${gateway}`,
    type: `${EVENT_PREFIX}${step.state}`,
    subject: command.device,
    time: new Date(step.at).toISOString(),
    data: { command, step },
  }
}
