import { GanzhiError, isGanzhiError } from '@ganzhi/contracts/error'
import type { Profile } from '@ganzhi/contracts/profile'
import { Token } from '@ganzhi/contracts/record-key'
import { schemaFaults } from '@ganzhi/contracts/schema'
import { isGatewayName } from '@ganzhi/contracts/subjects'
import { drivers } from '@ganzhi/device-drivers/registry'
import { besideBuiltIn, loadProfiles } from '@ganzhi/firmware-config/profile-folder'
import { readFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import Type, { type Static } from 'typebox'
import { type AcquisitionPlan, planAcquisition } from './acquisition/plan.ts'
import { type ConfigFault, type ConfigText, configText, faultLine } from './config-text.ts'
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
    /** A folder of the installer's own profiles, beside those that come with the agent. */
    profiles: Type.Optional(Type.String({ minLength: 1 })),
    /** What is read, and how often it is handed on: acquisition/config.ts says how. */
    telemetryMs: Type.Optional(Type.Unknown()),
    links: Type.Optional(Type.Unknown()),
    commands: Type.Optional(CommandsConfig),
  },
  { additionalProperties: false },
)
type GatewayConfig = Static<typeof GatewayConfig>

/** Fields that may change while the agent runs. */
const LIVE_FIELDS = ['links', 'telemetryMs', 'profiles']

export interface AgentConfig {
  readonly gateway: string
  readonly servers: readonly string[]
  readonly credentials: Uint8Array | undefined
  readonly dataDir: string
  readonly outboxDir: string
  readonly intakePath: string
  readonly limits: OutboxLimits
  readonly commitMs: number
  readonly timing: UplinkTiming
  readonly plan: AcquisitionPlan
  readonly commands: {
    readonly dir: string
    readonly permit: readonly string[]
  }
  readonly source: ConfigSource
}

/** All that a configuration was made of: enough to make it again. */
export interface ConfigSource {
  readonly text: string
  /** The installer's own. */
  readonly profiles: readonly Profile[]
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

/** Refused whole, with all that is wrong: who sets up a gateway should not find it one by one. */
export async function loadConfig(file: string, environment: Environment): Promise<AgentConfig> {
  const read = await readConfig(file, environment)
  if ('faults' in read) throw refused(file, read.faults)
  return read.config
}

export type ReadConfig = { readonly config: AgentConfig } | { readonly faults: readonly ConfigFault[] }

export async function readConfig(file: string, environment: Environment): Promise<ReadConfig> {
  try {
    const text = await readFile(file, 'utf8')
    return await configOf(file, text, environment)
  } catch (error) {
    if (error instanceof Error && 'code' in error && 'path' in error) {
      return {
        faults: [{ path: '', message: error.message, remedy: 'Give the path of a readable YAML file.' }],
      }
    }
    throw error
  }
}

/** `file` is where relative paths begin; `profiles` stand in for the installer's own folder. */
export async function configOf(
  file: string,
  text: string,
  environment: Environment,
  profiles?: readonly Profile[],
): Promise<ReadConfig> {
  const yaml = configText(text)
  if (yaml.faults.length > 0) return yaml
  const faults: ConfigFault[] = []
  const config = checked(yaml, environment, faults)
  const base = dirname(resolve(file))
  const own = profiles ?? (await ownProfiles(yaml, base, faults))
  const plan = planOf(yaml, await withBuiltIn(yaml, own, faults), faults)
  const credentials = config && (await readCredentials(config, base, yaml, faults))
  if (!config || !plan || faults.length > 0) return { faults }
  return {
    config: agentConfig(config, base, { plan, credentials, environment, source: { text, profiles: own } }),
  }
}

/** Where the agent of a configuration is found, be the rest of it good or bad. */
export async function locateAgent(file: string): Promise<Location> {
  const yaml = configText(await readFile(file, 'utf8').catch(() => ''))
  const located = locate(yaml.value, dirname(resolve(file)))
  if (located) return located
  throw refused(file, [yaml.fault([], 'does not say gateway and data', 'Correct it first.')])
}

export interface Location {
  readonly gateway: string
  readonly dataDir: string
  readonly outboxDir: string
  readonly intakePath: string
}

function locate(document: unknown, base: string): Location | undefined {
  const { gateway, data, intake } = (document ?? {}) as Record<string, unknown>
  if (typeof gateway !== 'string' || typeof data !== 'string') return undefined
  const dataDir = resolve(base, data)
  return {
    gateway,
    dataDir,
    outboxDir: join(dataDir, 'outbox'),
    intakePath: typeof intake === 'string' ? resolve(base, intake) : join(dataDir, 'intake.sock'),
  }
}

/** Fields in which two configurations differ and that a running agent can't change. */
export function fixedDifferences(before: AgentConfig, after: AgentConfig): readonly ConfigFault[] {
  const yaml = configText(after.source.text)
  const [was, is] = [configText(before.source.text).value, yaml.value] as Record<string, unknown>[]
  const names = new Set([...Object.keys(was ?? {}), ...Object.keys(is ?? {})])
  return [...names]
    .filter((name) => !LIVE_FIELDS.includes(name) && !isDeepStrictEqual(was?.[name], is?.[name]))
    .map((name) =>
      yaml.fault([name], "can't change while the agent runs", 'Restart it, or take the change back.'),
    )
}

function checked(
  yaml: ConfigText,
  environment: Environment,
  faults: ConfigFault[],
): GatewayConfig | undefined {
  const found = schemaFaults(GatewayConfig, yaml.value)
  faults.push(...found.map(({ path, message }) => yaml.fault(path, message)))
  if (found.length > 0) return undefined
  const config = yaml.value as GatewayConfig
  if (!isGatewayName(config.gateway)) {
    faults.push(
      yaml.fault(['gateway'], `may not be "${config.gateway}", which is reserved`, 'Choose another.'),
    )
  }
  if (!environment.natsServers && !config.nats?.servers) {
    faults.push(yaml.fault(['nats', 'servers'], 'is missing, and NATS_URL is not set', 'Give one of them.'))
  }
  return config
}

async function ownProfiles(
  yaml: ConfigText,
  base: string,
  faults: ConfigFault[],
): Promise<readonly Profile[]> {
  const { profiles: folder } = (yaml.value ?? {}) as Record<string, unknown>
  if (typeof folder !== 'string' || folder === '') return []
  return loadProfiles(resolve(base, folder)).then(
    (profiles) => [...profiles.values()],
    (error: unknown) => {
      faults.push(profileFault(yaml, error))
      return []
    },
  )
}

async function withBuiltIn(
  yaml: ConfigText,
  own: readonly Profile[],
  faults: ConfigFault[],
): Promise<ReadonlyMap<string, Profile>> {
  const builtIn = await loadProfiles()
  try {
    return besideBuiltIn(builtIn, own)
  } catch (error) {
    faults.push(profileFault(yaml, error))
    return builtIn
  }
}

function profileFault(yaml: ConfigText, error: unknown): ConfigFault {
  const message = error instanceof Error ? error.message : String(error)
  return yaml.fault(['profiles'], message, isGanzhiError(error) ? error.remedy : undefined)
}

function planOf(
  yaml: ConfigText,
  profiles: ReadonlyMap<string, Profile>,
  faults: ConfigFault[],
): AcquisitionPlan | undefined {
  const { telemetryMs, links = [] } = (yaml.value ?? {}) as Record<string, unknown>
  const document = { ...(telemetryMs === undefined ? {} : { telemetryMs }), links }
  const planned = planAcquisition(document, { drivers, profiles })
  if ('plan' in planned) return planned.plan
  faults.push(...planned.faults.map(({ path, message, remedy }) => yaml.fault(path, message, remedy)))
  return undefined
}

async function readCredentials(
  config: GatewayConfig,
  base: string,
  yaml: ConfigText,
  faults: ConfigFault[],
): Promise<Uint8Array | undefined> {
  const file = config.nats?.credentials
  if (file === undefined) return undefined
  return readFile(resolve(base, file)).catch((cause: Error) => {
    faults.push(
      yaml.fault(['nats', 'credentials'], cause.message, 'Give the path of a readable .creds file.'),
    )
    return undefined
  })
}

interface Parts extends Pick<AgentConfig, 'plan' | 'source' | 'credentials'> {
  readonly environment: Environment
}

function agentConfig(config: GatewayConfig, base: string, { environment, ...parts }: Parts): AgentConfig {
  const dataDir = resolve(base, config.data)
  return Object.freeze({
    gateway: config.gateway,
    servers: environment.natsServers ?? config.nats?.servers ?? [],
    dataDir,
    outboxDir: join(dataDir, 'outbox'),
    intakePath: config.intake === undefined ? join(dataDir, 'intake.sock') : resolve(base, config.intake),
    limits: limitsOf(config.outbox ?? {}),
    commitMs: config.outbox?.commitMs ?? 250,
    timing: { ...DEFAULT_TIMING, ...config.uplink },
    commands: { dir: join(dataDir, 'commands'), permit: config.commands?.permit ?? [] },
    ...parts,
  })
}

export function refused(file: string, faults: readonly ConfigFault[]): GanzhiError {
  return new GanzhiError([...new Set(faults.map((fault) => faultLine(file, fault)))].join('\n'), {
    code: 'bad-config',
    blame: 'caller',
    field: faults[0]?.path ?? '',
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
