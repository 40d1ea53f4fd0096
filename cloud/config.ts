import { GanzhiError, isGanzhiError } from '@ganzhi/contracts/error'
import { check } from '@ganzhi/contracts/schema'
import Type, { type Static } from 'typebox'

const MIB = 1024 ** 2

const text = (description: string, options: object = {}) =>
  Type.String({ minLength: 1, description, ...options })
const whole = (fallback: number, minimum: number, description: string) =>
  Type.Integer({ default: fallback, minimum, maximum: Number.MAX_SAFE_INTEGER, description })
const days = (description: string) =>
  Type.Optional(Type.Integer({ minimum: 1, maximum: 36_500, description }))

/** The one place that knows the names of environment variables. Everything else is given what it needs. */
const Environment = Type.Object({
  DATABASE_URL: text('postgres://user:password@host:port/database', { pattern: '^postgres(ql)?://' }),
  NATS_URL: text('nats://host:port, more of them after commas', { pattern: '^(nats|tls|wss?)://' }),
  GANZHI_HTTP: text('where the api role listens', {
    pattern: '^[^ ]+:[0-9]{1,5}$',
    default: '127.0.0.1:7600',
  }),
  GANZHI_EVIDENCE: text(
    'where pictures go: a directory, or s3+https://key:secret@endpoint/bucket/prefix?region=name',
  ),
  GANZHI_ANOMALY: Type.Optional(
    text('YAML file that names models of devices for the anomaly role; without it none is scored here'),
  ),
  GANZHI_CONSOLE: Type.Optional(text('folder of the built console; without it the api serves no pages')),
  GANZHI_TIMEZONE: text('IANA name of the zone whose midnight starts a day', { default: 'Asia/Shanghai' }),
  GANZHI_LOG_LEVEL: Type.Enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace'], {
    default: 'info',
    description: 'fatal, error, warn, info, debug or trace',
  }),
  GANZHI_SERIES_BACKEND: Type.Enum(['auto', 'postgres', 'timescale'], {
    default: 'auto',
    description: 'auto, postgres or timescale; is chosen once for a database',
  }),
  GANZHI_DATABASE_CONNECTIONS: whole(16, 8, 'connections of each role at most'),
  GANZHI_RETENTION_RAW_DAYS: days('days that samples are kept'),
  GANZHI_RETENTION_1M_DAYS: days('days that roll-ups of a minute are kept'),
  GANZHI_RETENTION_15M_DAYS: days('… of 15 minutes'),
  GANZHI_RETENTION_1H_DAYS: days('… of an hour'),
  GANZHI_RETENTION_1D_DAYS: days('… of a day'),
  GANZHI_STREAM_TELEMETRY_BYTES: whole(4096 * MIB, MIB, 'what stream TELEMETRY holds before it refuses'),
  GANZHI_STREAM_EVENTS_BYTES: whole(512 * MIB, MIB, 'what stream EVENTS holds before it refuses'),
  GANZHI_STREAM_EVIDENCE_BYTES: whole(4096 * MIB, MIB, 'what stream EVIDENCE holds before it refuses'),
  GANZHI_ACK_PENDING: whole(8_192, 16, 'messages that all ingest processes together may have in their hands'),
  GANZHI_ACK_WAIT_MS: whole(60_000, 1_000, 'after this the broker gives such a message to another process'),
  GANZHI_STREAM_CHECK_MS: whole(5_000, 100, 'between two looks whether streams and consumers agree'),
  GANZHI_RECEIPT_EVERY_MS: whole(200, 0, 'a gateway gets receipts it did not ask for at most so often'),
  GANZHI_TAIL_LOST_AFTER_MS: whole(35_000, 0, 'silence of an earlier run after which its lost tail is named'),
  GANZHI_LOCK_TIMEOUT_MS: whole(5_000, 100, 'how long an ingest transaction waits for a lock'),
  GANZHI_FROZEN_AFTER_MS: whole(15_000, 1_000, 'age at which an ingest transaction that blocks is ended'),
  GANZHI_RULES_LEASE_MS: whole(
    10_000,
    1_000,
    'silence of a rules process after which others take its gateways over',
  ),
  GANZHI_RULES_EVERY_MS: whole(500, 10, 'rules are judged at most so often'),
  GANZHI_RULES_LOOK_MS: whole(5_000, 100, '… and at least so often, told or not that there is something new'),
})
export type CloudEnvironment = Readonly<Static<typeof Environment>>

/** A schema as its options were written. */
interface Variable {
  readonly type?: string
  readonly description?: string
  readonly default?: string | number
}

const VARIABLES = Object.entries(Environment.properties) as unknown as readonly [string, Variable][]

export function readEnvironment(env: Readonly<Record<string, string | undefined>>): CloudEnvironment {
  const values: Record<string, unknown> = {}
  for (const [name, schema] of VARIABLES) {
    const given = env[name]
    // What is empty counts as not set: so it comes from compose files and unit files.
    if (given) values[name] = schema.type === 'integer' && /^-?[0-9]+$/.test(given) ? Number(given) : given
    else if (schema.default !== undefined) values[name] = schema.default
  }
  const missing = Environment.required.find((name) => values[name] === undefined)
  if (missing) throw badVariable(`${missing} is not set`, missing)
  try {
    return Object.freeze(check(Environment, values, 'environment'))
  } catch (error) {
    throw isGanzhiError(error) ? badVariable(error.message, error.field ?? 'environment') : error
  }
}

function badVariable(message: string, field: string): GanzhiError {
  return new GanzhiError(message, {
    code: 'bad-environment',
    blame: 'caller',
    field,
    remedy: 'Set it as `node cloud/main.ts --help` says.',
  })
}

/** One line a variable, for `--help`. */
export function describeEnvironment(): string {
  return VARIABLES.map(([name, { description, default: fallback }]) => {
    const unset = fallback === undefined ? '' : ` (${fallback})`
    return `  ${name.padEnd(32)}${description}${unset}`
  }).join('\n')
}
