import { Author, Command, COMMAND_STATES, CommandError, CommandId } from './command.ts'
import { Condition } from './condition.ts'
import { Quality, ValueType } from './reading.ts'
import { Epoch, Lane, Token } from './record-key.ts'
import { DownLink } from './status.ts'
import { UnknownView } from './unknown-view.ts'
import Type, { type Static } from 'typebox'

/** What the API of the cloud answers with. Times are RFC 3339 in UTC unless they say otherwise. */

/** RFC 9457, with what a program (`code`) and a person (`field`, `remedy`) need to go on. */
export const Problem = Type.Object({
  type: Type.String({ description: 'urn:ganzhi:problem:<code>' }),
  title: Type.String(),
  status: Type.Integer(),
  code: Type.String(),
  field: Type.Optional(Type.String()),
  remedy: Type.Optional(Type.String()),
  faults: Type.Optional(
    Type.Array(
      Type.Object({
        index: Type.Optional(Type.Integer()),
        field: Type.String(),
        message: Type.String(),
        remedy: Type.String(),
      }),
      { description: 'of a list: what is wrong with which entry; the first hundred' },
    ),
  ),
  retryable: Type.Boolean(),
  instance: Type.String({ description: "the request's id, as in the log" }),
})
export type Problem = Static<typeof Problem>

export const Time = Type.String({ format: 'date-time' })
export const Day = Type.String({
  pattern: '^\\d{4}-\\d{2}-\\d{2}$',
  description: "a day of the platform's zone",
})
const Count = Type.Integer({ minimum: 0 })

export const GatewayView = Type.Object({
  name: Token,
  claimed: Type.Boolean(),
  firstSeen: Time,
  phase: Type.Enum(['alive', 'death', 'silent', 'never'], {
    description: 'silent: no status for 30 s; never: data came, but no status ever did',
  }),
  statusAt: Type.Union([Time, Type.Null()]),
  agent: Type.Union([Type.String(), Type.Null()]),
  outbox: Type.Union([
    Type.Object({
      bytes: Count,
      capBytes: Count,
      oldestAt: Type.Union([Time, Type.Null()]),
      writable: Type.Boolean(),
    }),
    Type.Null(),
  ]),
  unstored: Type.Unsafe<number>({ ...Count, description: 'records that it accepted and the database lacks' }),
  devices: Count,
  downLinks: Type.Array(
    Type.Object({
      link: DownLink.properties.link,
      since: Type.Unsafe<string>({ ...Time, description: "by the gateway's clock" }),
      error: DownLink.properties.error,
      devices: Type.Unsafe<number>({ ...Count, description: 'behind it' }),
    }),
    { description: 'as it last said; none where it is not alive' },
  ),
})
export type GatewayView = Static<typeof GatewayView>

export const DeviceView = Type.Object({
  gateway: Token,
  device: Type.String(),
  points: Count,
  notGood: Type.Unsafe<number>({
    ...Count,
    description: 'points whose latest sample is not of good quality',
  }),
  latestAt: Type.Union([Time, Type.Null()]),
  unknown: UnknownView,
})
export type DeviceView = Static<typeof DeviceView>

/** JSON has no NaN, infinities or integers beyond 2^53: these are texts, `type` tells what they mean. */
export const ValueView = Type.Unknown({
  description: 'a JSON value; NaN, ±Infinity and large integers as text',
})

export const LatestView = Type.Object({
  series: Type.Integer(),
  at: Time,
  value: ValueView,
  quality: Quality,
})
export type LatestView = Static<typeof LatestView>

export const PointView = Type.Object({
  series: Type.Integer(),
  gateway: Token,
  device: Type.String(),
  property: Type.String(),
  type: ValueType,
  unit: Type.Union([Type.String(), Type.Null()]),
  decimals: Type.Union([Type.Integer(), Type.Null()]),
  firstSeen: Time,
  latest: Type.Union([LatestView, Type.Null()]),
})
export type PointView = Static<typeof PointView>

/** By column, as charts want it; `at` in ms since 1970. */
export const RangeView = Type.Object({
  series: Type.Integer(),
  at: Type.Array(Type.Number()),
  value: Type.Array(ValueView),
  quality: Type.Array(Quality),
})
export type RangeView = Static<typeof RangeView>

const Figure = Type.Union([Type.Number(), Type.Null()])
export const AggregateView = Type.Object({
  at: Type.Integer({ description: 'start of the bucket, ms since 1970' }),
  n: Count,
  bad: Type.Unsafe<number>({ ...Count, description: 'samples without a good finite value' }),
  min: Figure,
  max: Figure,
  mean: Figure,
  sum: Figure,
  first: Figure,
  last: Figure,
})
export type AggregateView = Static<typeof AggregateView>

export const CommandStepView = Type.Object({
  state: Type.Enum(COMMAND_STATES),
  source: Type.Enum(['platform', 'gateway'], { description: 'who says so' }),
  at: Time,
  author: Type.Union([Author, Type.Null()], { description: 'who asked or cancelled' }),
  value: Type.Unknown({ description: 'what was read back, or found instead; null where nothing was' }),
  error: Type.Union([CommandError, Type.Null()]),
  last: Type.Boolean({ description: 'no other follows' }),
})
export type CommandStepView = Static<typeof CommandStepView>

/** A command's journal. */
export const CommandView = Type.Object({
  id: CommandId,
  gateway: Token,
  device: Type.String(),
  property: Type.String(),
  value: Command.properties.value,
  precondition: Type.Union([Condition, Type.Null()]),
  author: Author,
  askedAt: Time,
  expiresAt: Time,
  state: Type.Enum(COMMAND_STATES),
  ended: Type.Boolean(),
  cancelling: Type.Union([Author, Type.Null()], {
    description: 'who wants it cancelled, while the gateway has not answered that',
  }),
  hindrance: Type.Union([CommandError, Type.Null()], {
    description: 'why it is not delivered as yet; it is tried again until it expires',
  }),
  steps: Type.Array(CommandStepView),
})
export type CommandView = Static<typeof CommandView>

export const GapView = Type.Object({
  gateway: Token,
  lane: Lane,
  epoch: Epoch,
  first: Count,
  last: Count,
  count: Count,
  reason: Type.String(),
  at: Time,
  source: Type.Enum(['edge', 'cloud']),
})
export type GapView = Static<typeof GapView>

export const MissingRange = Type.Object({
  lane: Lane,
  epoch: Epoch,
  first: Count,
  last: Count,
  count: Count,
  reasons: Type.Array(Type.String(), { description: 'empty: nobody says it is lost, so it is awaited' }),
})
export type MissingRange = Static<typeof MissingRange>

/** "Gateway G, day D: n of n". A record belongs to the day of its own time. */
export const CompletenessView = Type.Object({
  gateway: Token,
  day: Day,
  stored: Count,
  accepted: Type.Unsafe<number>({ ...Count, description: 'stored + missing' }),
  lost: Type.Unsafe<number>({ ...Count, description: 'missing for good, each with its reason' }),
  awaited: Type.Unsafe<number>({ ...Count, description: 'missing as yet: the gateway still sends them' }),
  missing: Type.Array(MissingRange, { maxItems: 1000 }),
  lanes: Type.Array(
    Type.Object({
      lane: Lane,
      epoch: Epoch,
      first: Count,
      last: Count,
      stored: Count,
      hash: Type.String({
        description:
          'exclusive or of the halves of the sha256 of its records: whoever has them can compute it',
      }),
    }),
  ),
})
export type CompletenessView = Static<typeof CompletenessView>

export const QuarantineView = Type.Object({
  id: Type.String(),
  gateway: Type.Union([Type.String(), Type.Null()], { description: 'as the subject says' }),
  subject: Type.String(),
  headers: Type.Unknown(),
  reason: Type.String(),
  at: Time,
  bytes: Count,
})
export type QuarantineView = Static<typeof QuarantineView>

export const ConflictView = Type.Object({
  gateway: Token,
  kind: Type.Enum(['hash', 'epoch'], {
    description:
      'hash: one key came with two bodies; epoch: a run of the agent spoke after a later one had, a cloned disk',
  }),
  epoch: Epoch,
  lane: Type.Union([Lane, Type.Null()]),
  seq: Type.Union([Type.Integer(), Type.Null()]),
  at: Time,
  resolvedAt: Type.Union([Time, Type.Null()]),
})
export type ConflictView = Static<typeof ConflictView>

export const UntrustedView = Type.Object({
  series: Type.Integer(),
  at: Type.Number({ description: 'as the device said, ms since 1970: it may lie outside every calendar' }),
  arrivedAt: Time,
  value: ValueView,
  quality: Quality,
})
export type UntrustedView = Static<typeof UntrustedView>

export const HealthPart = Type.Object({
  part: Type.Enum(['database', 'broker', 'ingest', 'rollups', 'gateways', 'quarantine']),
  state: Type.Enum(['green', 'amber', 'red'], {
    description: 'amber: it works, but somebody should look at it; red: it does not do its work',
  }),
  findings: Type.Array(
    Type.Object({
      code: Type.String(),
      state: Type.Enum(['amber', 'red']),
      says: Type.String(),
      remedy: Type.String(),
      facts: Type.Record(Type.String(), Type.Union([Type.String(), Type.Number()])),
    }),
  ),
})
export type HealthPart = Static<typeof HealthPart>

export const HealthView = Type.Object({
  state: HealthPart.properties.state,
  parts: Type.Array(HealthPart, { description: 'without a session findings are left out' }),
})
export type HealthView = Static<typeof HealthView>

export const Cursor = Type.String({ maxLength: 400, description: '`next` of the page before' })
export const Next = Type.Union([Cursor, Type.Null()])
