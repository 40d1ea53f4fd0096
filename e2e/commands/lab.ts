import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { freePort } from '@ganzhi/deploy/stack/free-port'
import { startNats } from '@ganzhi/deploy/stack/nats'
import { startPostgres } from '@ganzhi/deploy/stack/postgres'
import { openLog } from '@ganzhi/deploy/supervisor/log-file'
import { type NodeChild, startNodeChild } from '@ganzhi/deploy/supervisor/node-child'
import { type Simulator, startSimulator } from './simulator.ts'

const inCheckout = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url))
const BINARIES = { ganzhi: 'cloud/bin/ganzhi.mjs', 'ganzhi-edge': 'edge/bin/ganzhi-edge.mjs' } as const
const PROFILES = inCheckout('e2e/commands/profiles')

export interface Lab extends AsyncDisposable {
  readonly url: string
  readonly login: { readonly name: string; readonly password: string }
  readonly simulator: Simulator
  readonly gatewayFile: string
  startAgent(): Promise<NodeChild>
  stopBroker(): Promise<void>
  startBroker(): Promise<void>
  /** One of our commands, run to its end as a person of this lab would. */
  cli(program: 'ganzhi' | 'ganzhi-edge', args: readonly string[]): Promise<{ code: number; out: string }>
}

/** Cloud, broker, database and two pumps; an agent is started by the test, which also may kill it. */
export async function startLab(): Promise<Lab> {
  await using begun = new AsyncDisposableStack()
  const dir = await mkdtemp(join(tmpdir(), 'ganzhi-commands-'))
  begun.defer(() => rm(dir, { recursive: true, force: true }))
  const brokerOptions = { storeDir: join(dir, 'nats'), port: await freePort() }
  let nats = await startNats(brokerOptions)
  begun.defer(() => nats.stop())
  const [postgres, simulator] = await Promise.all([
    startPostgres({ dataDir: join(dir, 'postgres'), port: await freePort() }),
    startSimulator(join(PROFILES, 'test/pump.yaml'), '1-2'),
  ])
  begun.use(postgres)
  begun.use(simulator)
  const cloud = await startNodeChild({
    name: 'cloud',
    command: [inCheckout('cloud/main.ts')],
    env: {
      ...process.env,
      DATABASE_URL: postgres.url,
      NATS_URL: nats.url,
      GANZHI_HTTP: `127.0.0.1:${await freePort()}`,
      GANZHI_EVIDENCE: join(dir, 'evidence'),
      GANZHI_STREAM_TELEMETRY_BYTES: String(64 * 1024 ** 2),
      GANZHI_STREAM_EVIDENCE_BYTES: String(64 * 1024 ** 2),
      GANZHI_STREAM_EVENTS_BYTES: String(64 * 1024 ** 2),
    },
    log: openLog(join(dir, 'cloud.log')),
  })
  begun.defer(() => cloud.stop(5_000))
  const { url, login } = cloud.ready as unknown as Pick<Lab, 'url' | 'login'>
  const gatewayFile = join(dir, 'gateway.yaml')
  await writeFile(gatewayFile, gatewayYaml(simulator.port))
  const owned = begun.move()
  return {
    url,
    login,
    simulator,
    gatewayFile,
    async startAgent() {
      const agent = await startNodeChild({
        name: 'agent',
        command: [inCheckout('edge/main.ts'), 'run', '--config', gatewayFile],
        env: { ...process.env, NATS_URL: nats.url },
        log: openLog(join(dir, 'agent.log')),
      })
      owned.defer(() => agent.stop(5_000))
      return agent
    },
    async stopBroker() {
      await nats.stop()
    },
    async startBroker() {
      nats = await startNats(brokerOptions)
    },
    async cli(program, args) {
      const env = { ...process.env, XDG_CONFIG_HOME: dir, GANZHI_PASSWORD: login.password }
      const child = spawn(process.execPath, [inCheckout(BINARIES[program]), ...args], { env })
      const [out, [code]] = await Promise.all([text(child.stdout), once(child, 'exit') as Promise<[number]>])
      return { code, out }
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

/** A timeout so long that a test can act while a write is under way. */
function gatewayYaml(port: number): string {
  return `gateway: gw-1
data: ./data
profiles: ${PROFILES}
links:
  - id: pumps
    driver: modbus
    connection: { host: 127.0.0.1, port: ${port}, timeoutMs: 30000 }
    devices:
      - { id: pump-1, profile: test/pump, unit: 1 }
      - { id: pump-2, profile: test/pump, unit: 2 }
uplink: { redialMs: 500 }
commands:
  permit: [pump-2/purge]
`
}
