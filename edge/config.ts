import { GanzhiError } from '@ganzhi/contracts/error'
import { Token } from '@ganzhi/contracts/record-key'
import { check, schemaFaults } from '@ganzhi/contracts/schema'
import { isGatewayName } from '@ganzhi/contracts/subjects'
import { readFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import Type, { type Static } from 'typebox'
import { parse } from 'yaml'
import { AcquisitionConfig } from './acquisition/config.ts'
import { CommandsConfig } from './commands/config.ts'
import { DEFAULT_LIMITS, type OutboxLimits } from './outbox/limits.ts'
import { PLANTED_DEFECTS, type PlantedDefect } from './uplink/planted-defects.ts'
import { DEFAULT_TIMING, UplinkTiming } from './uplink/timing.ts'

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
    telemetryMs: AcquisitionConfig.properties.telemetryMs,
    links: Type.Optional(AcquisitionConfig.properties.links),
    commands: Type.Optional(CommandsConfig),
  },
  { additionalProperties: false },
)
type GatewayConfig = Static<typeof GatewayConfig>

export interface AgentConfig {
  readonly gateway: string
  readonly servers: readonly string[]
  readonly credentials: Uint8Array | undefined
  readonly outboxDir: string
  readonly intakePath: string
  readonly limits: OutboxLimits
  readonly commitMs: number
  readonly timing: UplinkTiming
  readonly acquisition: AcquisitionConfig
  readonly commands: {
    readonly dir: string
    readonly permit: readonly string[]
  }
}

export interface Environment {
  readonly natsServers: readonly string[] | undefined
  readonly logLevel: string
  /** Only with GANZHI_FAULT_LAB=1. */
  readonly defect: PlantedDefect | undefined
}

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']

/** The one place of the agent that reads the environment. */
export function readEnvironment(env: NodeJS.ProcessEnv = process.env): Environment {
  const logLevel = env['GANZHI_LOG_LEVEL'] ?? 'info'
  if (!LOG_LEVELS.includes(logLevel)) throw badEnvironment('GANZHI_LOG_LEVEL', LOG_LEVELS)
  const planted = env['GANZHI_FAULT_LAB'] === '1' ? env['GANZHI_DEFECT'] : undefined
  const defect = PLANTED_DEFECTS.find((known) => known === planted)
  if (planted && !defect) throw badEnvironment('GANZHI_DEFECT', PLANTED_DEFECTS)
  const urls = env['NATS_URL']?.split(',').filter((url) => url !== '')
  return { natsServers: urls?.length ? urls : undefined, logLevel, defect }
}

export async function loadConfig(file: string, environment: Environment): Promise<AgentConfig> {
  const config = checked(await readYaml(file), file)
  const base = dirname(resolve(file))
  const data = resolve(base, config.data)
  const servers = environment.natsServers ?? config.nats?.servers
  if (!servers)
    throw refused(file, [{ field: 'nats.servers', message: 'is missing, and NATS_URL is not set' }])
  const credentials = config.nats?.credentials
  return Object.freeze({
    gateway: config.gateway,
    servers,
    credentials:
      credentials === undefined ? undefined : await readCredentials(resolve(base, credentials), file),
    outboxDir: join(data, 'outbox'),
    intakePath: config.intake === undefined ? join(data, 'intake.sock') : resolve(base, config.intake),
    limits: limitsOf(config.outbox ?? {}),
    commitMs: config.outbox?.commitMs ?? 250,
    timing: { ...DEFAULT_TIMING, ...config.uplink },
    acquisition: {
      ...(config.telemetryMs === undefined ? {} : { telemetryMs: config.telemetryMs }),
      links: config.links ?? [],
    },
    commands: { dir: join(data, 'commands'), permit: config.commands?.permit ?? [] },
  })
}

async function readYaml(file: string): Promise<unknown> {
  try {
    return parse(await readFile(file, 'utf8'))
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause)
    throw new GanzhiError(`${file}: ${message}`, {
      code: 'bad-config',
      blame: 'caller',
      remedy: 'Give the path of a readable YAML file.',
      cause,
    })
  }
}

/** All faults at once: who sets up a gateway should not find them one by one. */
function checked(document: unknown, file: string): GatewayConfig {
  const faults = schemaFaults(GatewayConfig, document)
  if (faults.length > 0) throw refused(file, faults)
  const config = check(GatewayConfig, document, file)
  if (isGatewayName(config.gateway)) return config
  throw refused(file, [{ field: 'gateway', message: `may not be "${config.gateway}", which is reserved` }])
}

async function readCredentials(path: string, file: string): Promise<Uint8Array> {
  return readFile(path).catch((cause: Error) => {
    throw refused(file, [{ field: 'nats.credentials', message: cause.message }])
  })
}

function refused(file: string, faults: readonly { field: string; message: string }[]): GanzhiError {
  const lines = [...new Set(faults.map(({ field, message }) => `${field || 'the file'} ${message}`))]
  return new GanzhiError(`${file}: ${lines.join('; ')}`, {
    code: 'bad-config',
    blame: 'caller',
    field: faults[0]?.field ?? '',
    remedy: 'Correct what is named.',
  })
}

function badEnvironment(name: string, allowed: readonly string[]): GanzhiError {
  return new GanzhiError(`${name} must be one of ${allowed.join(', ')}`, {
    code: 'bad-config',
    blame: 'caller',
    field: name,
    remedy: `Correct or unset ${name}.`,
  })
}

function limitsOf(config: Static<typeof OutboxConfig>): OutboxLimits {
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
