import { freePort } from '@ganzhi/deploy/stack/free-port'
import { join } from 'node:path'

import { type GatewayOptions, type GatewayPart, gatewayPart } from './gateway-part.ts'
import { type NatsPart, natsPart } from './nats-part.ts'
import { startProgram } from './node-program.ts'
import { type Part, part } from './part.ts'
import { openPartLog } from './part-log.ts'
import { type PostgresPart, postgresPart } from './postgres-part.ts'

export interface LabOptions {
  readonly gateways?: number
  readonly ingests?: number
  /** As in the gateway's configuration. */
  readonly outbox?: object
  readonly edgeEnv?: NodeJS.ProcessEnv
  readonly ingestEnv?: NodeJS.ProcessEnv
}

/** The whole platform, as processes on ports and in directories of their own, each to be broken one by one. */
export interface Lab extends AsyncDisposable {
  readonly directory: string
  readonly evidenceDir: string
  readonly postgres: PostgresPart
  readonly nats: NatsPart
  readonly ingests: readonly [Part, ...Part[]]
  readonly gateways: readonly [GatewayPart, ...GatewayPart[]]
  parts(): readonly Part[]
  /** One more gateway, not started. */
  addGateway(options: Partial<GatewayOptions> & { readonly name: string }): GatewayPart
  /** Starts what is down, thaws what is frozen. */
  heal(): Promise<void>
}

export async function startLab(directory: string, options: LabOptions = {}): Promise<Lab> {
  await using started = new AsyncDisposableStack()
  const log = (name: string) => started.use(openPartLog(join(directory, 'logs'), name))
  const evidenceDir = join(directory, 'evidence')

  const postgres = started.use(postgresPart(join(directory, 'postgres'), await freePort(), log('postgres')))
  const nats = started.use(natsPart(join(directory, 'nats'), await freePort(), log('nats')))
  await Promise.all([postgres.start(), nats.start()])

  const ingestEnv = {
    DATABASE_URL: postgres.url(),
    NATS_URL: nats.url,
    GANZHI_EVIDENCE: evidenceDir,
    GANZHI_ACK_WAIT_MS: '10000',
    GANZHI_TAIL_LOST_AFTER_MS: '5000',
    ...options.ingestEnv,
  }
  const ingests = numbered('ingest', options.ingests ?? 1, (name) => {
    const ingestLog = log(name)
    return started.use(
      part(name, (env) =>
        startProgram(['cloud/main.ts', '--roles', 'ingest'], { ...ingestEnv, ...env }, ingestLog),
      ),
    )
  })

  const gateways: GatewayPart[] = []
  const addGateway: Lab['addGateway'] = (facts) => {
    const gateway = gatewayPart({
      gateway: facts.name,
      directory: join(directory, facts.name),
      natsUrl: nats.url,
      outbox: options.outbox,
      env: options.edgeEnv,
      log: log(facts.name),
      ...facts,
    })
    gateways.push(gateway)
    return started.use(gateway)
  }
  const first = numbered('lab', options.gateways ?? 2, (name) => addGateway({ name }))

  const parts = () => [postgres, nats, ...ingests, ...gateways]
  const heal = async () => {
    for (const each of parts()) {
      each.thaw()
      await each.start()
    }
  }
  await heal()

  const running = started.move()
  return {
    directory,
    evidenceDir,
    postgres,
    nats,
    ingests,
    gateways: first,
    parts,
    addGateway,
    heal,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  }
}

function numbered<Made>(name: string, count: number, make: (name: string) => Made): [Made, ...Made[]] {
  return [make(`${name}-1`), ...Array.from({ length: count - 1 }, (_, i) => make(`${name}-${i + 2}`))]
}
