import { Token } from '@ganzhi/contracts/record-key'
import Type, { type Static } from 'typebox'
import { CommandsConfig } from './commands/config.ts'
import { DEFAULT_LIMITS, type OutboxLimits } from './outbox/limits.ts'
import { UplinkTiming } from './uplink/timing.ts'

const Bytes = Type.Integer({ minimum: 4096, maximum: Number.MAX_SAFE_INTEGER })
const Ms = Type.Integer({ minimum: 1, maximum: 10 * 365 * 86_400_000 })

const OutboxConfig = Type.Partial(
  Type.Object({
    eventsBytes: Bytes,
    telemetryBytes: Bytes,
    evidenceBytes: Bytes,
    eventsAgeMs: Ms,
    telemetryAgeMs: Ms,
    evidenceAgeMs: Ms,
    segmentBytes: Bytes,
    reserveBytes: Bytes,
    inFlightBytes: Bytes,
    keepReceiptedMs: Ms,
    /** Telemetry is synced together so often: flash wear is a budget. */
    commitMs: Type.Integer({ minimum: 1, maximum: 10_000 }),
  }),
  { additionalProperties: false },
)

/** `gateway.yaml`. Relative paths are relative to the file. */
export const GatewayConfig = Type.Object(
  {
    gateway: Token,
    /** `NATS_URL` goes before `servers`. */
    nats: Type.Optional(
      Type.Object(
        {
          servers: Type.Optional(Type.Array(Type.String({ pattern: '^(nats|tls)://' }), { minItems: 1 })),
          /** A `.creds` file. */
          credentials: Type.Optional(Type.String({ minLength: 1 })),
        },
        { additionalProperties: false },
      ),
    ),
    /** Where the outbox lives. */
    data: Type.String({ minLength: 1 }),
    /** The unix socket for local programs; `intake.sock` in the data directory by default. */
    intake: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
    outbox: Type.Optional(OutboxConfig),
    uplink: Type.Optional(Type.Partial(UplinkTiming, { additionalProperties: false })),
    /** A folder of the installer's own profiles, beside those that come with the agent. */
    profiles: Type.Optional(Type.String({ minLength: 1 })),
    /** What is read, and how often it is handed on: acquisition/config.ts says how. */
    telemetryMs: Type.Optional(Type.Unknown()),
    links: Type.Optional(Type.Unknown()),
    /** What is looked at, and by which models: vision/config.ts says how. */
    vision: Type.Optional(Type.Unknown()),
    /** Which devices are watched for anomalies: anomaly/config.ts says how. */
    anomaly: Type.Optional(Type.Unknown()),
    commands: Type.Optional(CommandsConfig),
  },
  { additionalProperties: false },
)
export type GatewayConfig = Static<typeof GatewayConfig>

/** What must be right to find the agent, whatever else is wrong. */
export const Located = Type.Object({
  gateway: GatewayConfig.properties.gateway,
  data: GatewayConfig.properties.data,
  intake: GatewayConfig.properties.intake,
})
export type Located = Static<typeof Located>

export function limitsOf(config: Static<typeof OutboxConfig>): OutboxLimits {
  const { lanes, ...rest } = DEFAULT_LIMITS
  const { events, telemetry, evidence } = lanes
  return {
    lanes: {
      events: { bytes: config.eventsBytes ?? events.bytes, ageMs: config.eventsAgeMs ?? events.ageMs },
      telemetry: {
        bytes: config.telemetryBytes ?? telemetry.bytes,
        ageMs: config.telemetryAgeMs ?? telemetry.ageMs,
      },
      evidence: {
        bytes: config.evidenceBytes ?? evidence.bytes,
        ageMs: config.evidenceAgeMs ?? evidence.ageMs,
      },
    },
    segmentBytes: config.segmentBytes ?? rest.segmentBytes,
    reserveBytes: config.reserveBytes ?? rest.reserveBytes,
    inFlightBytes: config.inFlightBytes ?? rest.inFlightBytes,
    keepReceiptedMs: config.keepReceiptedMs ?? rest.keepReceiptedMs,
    tableBytes: rest.tableBytes,
  }
}
