import { freePort } from '@ganzhi/deploy/stack/free-port'
import { join } from 'node:path'

import { type FaultProxy, startFaultProxy } from '../fault-proxy.ts'
import { type GatewayOptions, type GatewayPart, gatewayPart } from './gateway-part.ts'
import { type NatsPart, natsPart } from './nats-part.ts'
import { startProgram } from './node-program.ts'
import { type Part, part } from './part.ts'
import { openPartLog } from './part-log.ts'
import { type PostgresPart, postgresPart } from './postgres-part.ts'

export interface LabOptions {
  readonly gateways?: number
  readonly ingests?: number
  /** Processes that judge by rules; none unless asked for. */
  readonly rulers?: number
  /** As in the gateway's configuration. */
  readonly outbox?: object
  readonly edgeEnv?: NodeJS.ProcessEnv
  readonly ingestEnv?: NodeJS.ProcessEnv
  /** Lays the links below between the parts. */
  readonly proxied?: boolean
}

/** Connections that can be broken; in use where the setup says so. */
export interface Links {
  readonly gatewaysToBroker: FaultProxy
  readonly ingestToBroker: FaultProxy
  readonly ingestToDatabase: FaultProxy
}

/** The whole platform, as processes on ports and in directories of their own, each to be broken one by one. */
export interface Lab extends AsyncDisposable {
  readonly directory: string
  readonly evidenceDir: string
  readonly postgres: PostgresPart
  readonly nats: NatsPart
  readonly ingests: readonly [Part, ...Part[]]
  readonly rulers: readonly Part[]
  readonly gateways: readonly [GatewayPart, ...GatewayPart[]]
  readonly links: Links
  parts(): readonly Part[]
  /** Those that were added later, too. */
  allGateways(): readonly GatewayPart[]
  /** One more gateway, not started. */
  addGateway(options: Partial<GatewayOptions> & { readonly name: string }): GatewayPart
  /** To be disposed of with the lab. */
  own<Resource extends AsyncDisposable>(resource: Resource): Resource
  /** Starts what is down, thaws what is frozen. */
  heal(): Promise<void>
}

/** A partition whose holder was killed is taken over soon. */
const IMPATIENT_RULES = {
  GANZHI_RULES_LEASE_MS: '3000',
  GANZHI_RULES_EVERY_MS: '200',
  GANZHI_RULES_LOOK_MS: '1000',
}

export async function startLab(directory: string, options: LabOptions = {}): Promise<Lab> {
  // Disposed of here when the start fails, by the lab later on.
  await using guard = new AsyncDisposableStack()
  const owned = guard.use(new AsyncDisposableStack())
  const log = (name: string) => owned.use(openPartLog(join(directory, 'logs'), name))
  const evidenceDir = join(directory, 'evidence')

  const postgres = owned.use(postgresPart(join(directory, 'postgres'), await freePort(), log('postgres')))
  const nats = owned.use(natsPart(join(directory, 'nats'), await freePort(), log('nats')))
  await Promise.all([postgres.start(), nats.start()])

  const link = async (url: string) => owned.use(await startFaultProxy({ target: { port: portOf(url) } }))
  const links: Links = {
    gatewaysToBroker: await link(nats.url),
    ingestToBroker: await link(nats.url),
    ingestToDatabase: await link(postgres.url()),
  }
  const through = (proxy: FaultProxy, url: string) =>
    options.proxied ? url.replace(/:\d+(?=\/|$)/, `:${proxy.port}`) : url

  const ingestEnv = {
    DATABASE_URL: through(links.ingestToDatabase, postgres.url()),
    NATS_URL: through(links.ingestToBroker, nats.url),
    GANZHI_EVIDENCE: evidenceDir,
    GANZHI_ACK_WAIT_MS: '10000',
    GANZHI_TAIL_LOST_AFTER_MS: '5000',
    ...options.ingestEnv,
  }
  const cloud = (role: string, own: NodeJS.ProcessEnv) => (name: string) => {
    const partLog = log(name)
    return owned.use(
      part(name, (env) => startProgram(['cloud/main.ts', '--roles', role], { ...own, ...env }, partLog)),
    )
  }
  const ingests = numbered('ingest', options.ingests ?? 1, cloud('ingest', ingestEnv))
  const ruleEnv = {
    DATABASE_URL: postgres.url(),
    NATS_URL: nats.url,
    GANZHI_EVIDENCE: evidenceDir,
    ...IMPATIENT_RULES,
  }
  const rulers = options.rulers ? numbered('rules', options.rulers, cloud('rules', ruleEnv)) : []

  const gateways: GatewayPart[] = []
  const addGateway: Lab['addGateway'] = (facts) => {
    const gateway = gatewayPart({
      gateway: facts.name,
      directory: join(directory, facts.name),
      natsUrl: through(links.gatewaysToBroker, nats.url),
      outbox: options.outbox,
      env: options.edgeEnv,
      log: log(facts.name),
      ...facts,
    })
    gateways.push(gateway)
    return owned.use(gateway)
  }
  const first = numbered('lab', options.gateways ?? 2, (name) => addGateway({ name }))

  const parts = () => [postgres, nats, ...ingests, ...rulers, ...gateways]
  const heal = async () => {
    for (const each of parts()) {
      each.thaw()
      await each.start()
    }
  }
  await heal()

  guard.move()
  return {
    directory,
    evidenceDir,
    postgres,
    nats,
    ingests,
    rulers,
    gateways: first,
    links,
    parts,
    allGateways: () => gateways,
    addGateway,
    own: (resource) => owned.use(resource),
    heal,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

function portOf(url: string): number {
  return Number(new URL(url).port)
}

function numbered<Made>(name: string, count: number, make: (name: string) => Made): [Made, ...Made[]] {
  return [make(`${name}-1`), ...Array.from({ length: count - 1 }, (_, i) => make(`${name}-${i + 2}`))]
}
