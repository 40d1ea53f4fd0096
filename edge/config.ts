import { GanzhiError } from '@ganzhi/contracts/error'
import type { Profile } from '@ganzhi/contracts/profile'
import { schemaFaults } from '@ganzhi/contracts/schema'
import { isGatewayName } from '@ganzhi/contracts/subjects'
import { drivers } from '@ganzhi/device-drivers/registry'
import { loadProfiles, loadProfilesWith } from '@ganzhi/firmware-config/profile-folder'
import { loadScenes } from '@ganzhi/firmware-config/scenes/scene-folder'
import { readFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { type AcquisitionPlan, planAcquisition } from './acquisition/plan.ts'
import { type AnomalyPlan, planAnomaly } from './anomaly/plan.ts'
import { type ConfigFault, type ConfigText, configText, faultLine } from '@ganzhi/firmware-config/config-text'
import { GatewayConfig, limitsOf, Located } from './gateway-config.ts'
import type { OutboxLimits } from './outbox/limits.ts'
import { PLANTED_DEFECTS, type PlantedDefect } from './uplink/planted-defects.ts'
import { DEFAULT_TIMING, type UplinkTiming } from './uplink/timing.ts'
import { planVision, type VisionPlan } from './vision/plan.ts'

/** Fields that may change while the agent runs. */
const LIVE_FIELDS = ['links', 'telemetryMs', 'profiles', 'vision', 'anomaly']

export interface AgentConfig extends Location {
  readonly servers: readonly string[]
  readonly credentials: Uint8Array | undefined
  readonly limits: OutboxLimits
  readonly commitMs: number
  readonly timing: UplinkTiming
  readonly plan: AcquisitionPlan
  readonly vision: VisionPlan
  readonly anomaly: AnomalyPlan
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
  /** Path of ffmpeg, where it is not on the PATH. */
  readonly ffmpeg: string | undefined
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
  return {
    natsServers: urls?.length ? urls : undefined,
    logLevel,
    ffmpeg: env['FFMPEG'] || undefined,
    defect,
  }
}

/** Refused whole, with all that is wrong: who sets up a gateway should not find it one by one. */
export async function loadConfig(file: string, environment: Environment): Promise<AgentConfig> {
  const read = await readConfig(file, environment)
  if ('faults' in read) throw refused(file, read.faults)
  return read.config
}

export type ReadConfig = { readonly config: AgentConfig } | { readonly faults: readonly ConfigFault[] }

export async function readConfig(file: string, environment: Environment): Promise<ReadConfig> {
  const text = await readFile(file, 'utf8').catch((error: Error) => error)
  if (typeof text === 'string') return configOf(file, text, environment)
  return { faults: [unreadable(text)] }
}

function unreadable({ message }: Error): ConfigFault {
  return { path: '', message, remedy: 'Give the path of a readable YAML file.' }
}

/** `file` is where relative paths begin; `kept` are the installer's profiles as they were, in place of the folder. */
export async function configOf(
  file: string,
  text: string,
  environment: Environment,
  kept?: readonly Profile[],
): Promise<ReadConfig> {
  const yaml = configText(text)
  if (yaml.faults.length > 0) return yaml
  const faults: ConfigFault[] = []
  const config = checked(yaml, environment, faults)
  const base = dirname(resolve(file))
  const { all, own } = kept ? await besideKept(kept) : await profilesOf(yaml, base, faults)
  const plan = planOf(yaml, all, faults)
  const vision = await visionOf(yaml, base, faults)
  const anomaly = anomalyOf(yaml, base, plan, faults)
  const credentials = config && (await readCredentials(config, base, yaml, faults))
  if (!config || !plan || faults.length > 0) return { faults }
  return {
    config: agentConfig(config, base, {
      plan,
      vision,
      anomaly,
      credentials,
      environment,
      source: { text, profiles: own },
    }),
  }
}

/** Where the agent of a configuration is found, be the rest of it good or bad. */
export async function locateAgent(file: string): Promise<Location> {
  const text = await readFile(file, 'utf8').catch((error: Error) => error)
  if (typeof text !== 'string') throw refused(file, [unreadable(text)])
  const yaml = configText(text)
  const faults = schemaFaults(Located, yaml.value).map(({ path, message }) => yaml.fault(path, message))
  if (faults.length > 0) throw refused(file, faults)
  return locationOf(yaml.value as Located, dirname(resolve(file)))
}

export interface Location {
  readonly gateway: string
  readonly dataDir: string
  readonly outboxDir: string
  readonly intakePath: string
}

function locationOf({ gateway, data, intake }: Located, base: string): Location {
  const dataDir = resolve(base, data)
  const intakePath = intake === undefined ? join(dataDir, 'intake.sock') : resolve(base, intake)
  return { gateway, dataDir, outboxDir: join(dataDir, 'outbox'), intakePath }
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

/** What ran goes on to run, also where a later agent brings a profile of the same id. */
async function besideKept(own: readonly Profile[]) {
  const all = new Map([...(await loadProfiles()), ...own.map((profile) => [profile.id, profile] as const)])
  return { all, own }
}

/** All that may be named, and which of them are the installer's own. */
async function profilesOf(
  yaml: ConfigText,
  base: string,
  faults: ConfigFault[],
): Promise<{ all: ReadonlyMap<string, Profile>; own: readonly Profile[] }> {
  const { profiles: folder } = (yaml.value ?? {}) as Record<string, unknown>
  const builtIn = await loadProfiles()
  if (typeof folder !== 'string' || folder === '') return { all: builtIn, own: [] }
  try {
    const all = await loadProfilesWith(resolve(base, folder))
    return { all, own: [...all.values()].filter(({ id }) => !builtIn.has(id)) }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    // A line a fault: a file's faults come with their places in it.
    faults.push(...message.split('\n').map((line) => yaml.fault(['profiles'], line)))
    return { all: builtIn, own: [] }
  }
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

async function visionOf(yaml: ConfigText, base: string, faults: ConfigFault[]): Promise<VisionPlan> {
  const { vision = {} } = (yaml.value ?? {}) as Record<string, unknown>
  return planVision(vision, { base, scenes: await loadScenes() }, (path, ...said) =>
    faults.push(yaml.fault(['vision', ...path], ...said)),
  )
}

function anomalyOf(
  yaml: ConfigText,
  base: string,
  plan: AcquisitionPlan | undefined,
  faults: ConfigFault[],
): AnomalyPlan {
  const { anomaly = {} } = (yaml.value ?? {}) as Record<string, unknown>
  const devices = plan?.links.flatMap((link) => link.devices)
  const read = devices?.map(({ id, points }) => [id, points.map(({ property }) => property.id)] as const)
  return planAnomaly(anomaly, base, read && new Map(read), (path, ...said) =>
    faults.push(yaml.fault(['anomaly', ...path], ...said)),
  )
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

interface Parts extends Pick<AgentConfig, 'plan' | 'vision' | 'anomaly' | 'source' | 'credentials'> {
  readonly environment: Environment
}

function agentConfig(config: GatewayConfig, base: string, { environment, ...parts }: Parts): AgentConfig {
  const location = locationOf(config, base)
  return Object.freeze({
    ...location,
    servers: environment.natsServers ?? config.nats?.servers ?? [],
    limits: limitsOf(config.outbox ?? {}),
    commitMs: config.outbox?.commitMs ?? 250,
    timing: { ...DEFAULT_TIMING, ...config.uplink },
    commands: { dir: join(location.dataDir, 'commands'), permit: config.commands?.permit ?? [] },
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
