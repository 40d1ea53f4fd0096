import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { startProgram } from './node-program.ts'
import { type Part, part } from './part.ts'
import type { PartLog } from './part-log.ts'

/** An edge agent with a directory of its own. Two of them may claim to be the same gateway. */
export interface GatewayPart extends Part {
  readonly gateway: string
  readonly dataDir: string
  readonly intake: string
}

export interface GatewayOptions {
  readonly name: string
  readonly gateway: string
  readonly directory: string
  readonly natsUrl: string
  readonly outbox?: object | undefined
  /** What it reads, as in its configuration. */
  readonly links?: readonly object[] | undefined
  readonly env?: NodeJS.ProcessEnv | undefined
  /** A command to run the agent under. */
  readonly under?: readonly string[] | undefined
  readonly log: PartLog
}

/** A city's gateway asks once a minute; here nobody wants to wait for that. */
const IMPATIENT = {
  askMs: 5_000,
  overdueMs: 2_000,
  statusMs: 1_000,
  redialMs: 1_000,
  refusedMs: 2_000,
  publishTimeoutMs: 3_000,
  pingMs: 2_000,
  resendMs: [1_000, 10_000],
}

export function gatewayPart({ name, gateway, directory, ...options }: GatewayOptions): GatewayPart {
  const dataDir = join(directory, 'data')
  const config = join(directory, 'gateway.yaml')
  mkdirSync(dataDir, { recursive: true })
  // JSON is YAML.
  writeFileSync(
    config,
    JSON.stringify({
      gateway,
      nats: { servers: [options.natsUrl] },
      data: dataDir,
      outbox: { commitMs: 100, ...options.outbox },
      uplink: IMPATIENT,
      links: options.links ?? [],
    }),
  )
  const agent = part(name, (env) =>
    startProgram(
      ['edge/main.ts', 'run', '--config', config],
      { ...options.env, ...env },
      options.log,
      options.under,
    ),
  )
  return Object.assign(agent, { gateway, dataDir, intake: join(dataDir, 'intake.sock') })
}
