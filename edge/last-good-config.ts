import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Profile } from '@ganzhi/contracts/profile'
import { check } from '@ganzhi/contracts/schema'
import Type from 'typebox'
import {
  type AgentConfig,
  configOf,
  type ConfigSource,
  type Environment,
  locateAgent,
  readConfig,
  refused,
} from './config.ts'
import type { ConfigFault } from '@ganzhi/firmware-config/config-text'
import { replaceFile } from './replace-file.ts'

const LastGood = Type.Object(
  { version: Type.Literal(1), text: Type.String(), profiles: Type.Array(Profile) },
  { additionalProperties: false },
)

const NAME = 'last-good-config.json'

export interface StartConfig {
  readonly config: AgentConfig
  /** Of the file, when it is bad and `config` is the last good one. */
  readonly faults: readonly ConfigFault[]
}

/** What the agent starts with: the file, or when that is bad what it was when it was good. */
export async function startConfig(file: string, environment: Environment): Promise<StartConfig> {
  const read = await readConfig(file, environment)
  if ('config' in read) return { config: read.config, faults: [] }
  const config = await lastGood(file, environment).catch(() => undefined)
  if (config) return { config, faults: read.faults }
  throw refused(file, read.faults)
}

export async function keepLastGood({ dataDir, source }: AgentConfig): Promise<void> {
  const file = join(dataDir, NAME)
  const text = JSON.stringify({ version: 1, ...source })
  const kept = await readFile(file, 'utf8').catch(() => undefined)
  if (kept !== text) await replaceFile(file, text)
}

async function lastGood(file: string, environment: Environment): Promise<AgentConfig | undefined> {
  const { dataDir } = await locateAgent(file)
  const document: unknown = JSON.parse(await readFile(join(dataDir, NAME), 'utf8'))
  const { text, profiles }: ConfigSource = check(LastGood, document, NAME)
  const read = await configOf(file, text, environment, profiles)
  return 'config' in read ? read.config : undefined
}
