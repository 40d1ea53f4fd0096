import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

import type { City } from '../city/settle-city.ts'
import { ensureProgram, findProgram } from '../../tools/bin/programs.mjs'
import { isPortFree } from '../stack/free-port.ts'
import { findNatsServer, startNats } from '../stack/nats.ts'
import { startPostgres } from '../stack/postgres.ts'
import { StackError, portTaken } from '../stack/stack-error.ts'
import { CITY_DEVICES } from './city-devices.ts'
import { createCrew } from './crew.ts'
import { GATEWAYS, type SimulatedGateway, UNITS, writeGatewayFile } from './gateway-file.ts'
import type { Home } from './home.ts'
import { keptPorts } from './kept-ports.ts'
import { openLog } from './log-file.ts'
import { type NodeChild, describeExit, startNodeChild } from './node-child.ts'
import type { Progress } from './progress.ts'
import type { StackSettings } from './settings.ts'
import { CAMERA_ARGS, type SimulatedCamera } from './simulated-cameras.ts'
import type { Clock, Running, Service } from './supervise.ts'

export interface Stack {
  readonly url: string
  /** The account made at the very first start. */
  readonly login: Login | undefined
  /** Why cameras do without pictures, and what to run. */
  readonly noCameras: string | undefined
  /** Resolves with the reason when the stack can't go on. */
  readonly failed: Promise<StackError>
  stop(): Promise<void>
}

export interface Login {
  readonly name: string
  readonly password: string
}

export interface StackParts {
  readonly programs: Programs
  /** Resolves with the folder of the console's page. */
  readonly builtConsole: (signal: AbortSignal) => Promise<string>
  /** Gives a new platform what a city begins with. */
  readonly settleCity: (city: City, signal: AbortSignal) => Promise<void>
}

export interface StackOptions {
  readonly progress: Progress
  readonly signal: AbortSignal
  readonly env: NodeJS.ProcessEnv
  readonly parts: StackParts
  readonly onRestart: (name: string, why: string, inMs: number) => void
}

/** Who reads from a bus goes before the bus, who writes to a store before the store: under 5 s in all. */
const STOP_ORDER = {
  'gateway-1': 1_000,
  'gateway-2': 500,
  uplink: 200,
  simulators: 300,
  cameras: 300,
  cloud: 1_000,
  nats: 500,
  postgres: 800,
}

/** Our own programs, below the checkout, and what they are told beside their ports and files. */
export interface Programs {
  readonly cloud: readonly string[]
  readonly simulators: readonly string[]
  readonly cameras: readonly string[]
  readonly uplink: readonly string[]
  readonly edge: readonly string[]
}

export const PROGRAMS: Programs = {
  cloud: [inCheckout('cloud/main.ts')],
  simulators: [
    inCheckout('simulators/main.ts'),
    'modbus',
    '--devices',
    String(UNITS),
    '--seed',
    '1',
    '--incidents',
  ],
  cameras: [inCheckout('simulators/main.ts'), 'camera', ...CAMERA_ARGS],
  uplink: [inCheckout('simulators/main.ts'), 'uplink', '--every-s', '480', '--away-s', '120'],
  edge: [inCheckout('edge/main.ts'), 'run'],
}

const POSTGRES_SETTINGS = { shared_buffers: '256MB', max_wal_size: '2GB', jit: 'off' }

const clock: Clock = {
  now: () => performance.now(),
  sleep: (ms, signal) => delay(ms, undefined, { signal }),
}

/** Starts everything in the order of its needs and resolves when all of it is ready. */
export async function startStack(settings: StackSettings, home: Home, options: StackOptions): Promise<Stack> {
  const { progress, signal, env } = options
  const { programs, builtConsole, settleCity } = options.parts
  await requireFreePort(settings)
  if (!findNatsServer()) await progress.step('安装 Installing nats-server', (note) => installNatsServer(note))
  const noCameras = await ffmpegMissing(env, progress)
  const ports = await keptPorts(home.ports, ['postgres', 'nats', 'modbus', 'cameras', 'rtsp', 'uplink'])
  const crew = createCrew({ ...options, stopOrder: STOP_ORDER, clock })
  const services = servicesIn(home, env)

  try {
    const [consoleDir, postgres, nats] = await Promise.all([
      progress.step('控制台 Console page', () => builtConsole(signal)),
      crew.start(
        '数据库 PostgreSQL',
        services.server('postgres', (onLog, until) =>
          startPostgres({
            dataDir: home.postgres,
            port: ports.postgres,
            settings: POSTGRES_SETTINGS,
            signal: until,
            onLog,
          }),
        ),
      ),
      crew.start(
        '消息总线 NATS JetStream',
        services.server('nats', (onLog, until) =>
          startNats({ storeDir: home.nats, port: ports.nats, signal: until, onLog }),
        ),
      ),
    ])

    const cloud = await crew.start(
      '云端 Cloud roles',
      services.program('cloud', programs.cloud, {
        DATABASE_URL: postgres.url,
        NATS_URL: nats.url,
        GANZHI_HTTP: `${settings.host}:${settings.port}`,
        GANZHI_EVIDENCE: home.evidence,
        GANZHI_CONSOLE: consoleDir,
        ...streamLimits(env),
      }),
    )
    const login = await keepLogin(home, cloud)

    const [, cameras] = await Promise.all([
      crew.start(
        '仿真传感器 Simulated sensors',
        services.program('simulators', [...programs.simulators, '--port', String(ports.modbus)]),
      ),
      crew.start(
        '仿真摄像机 Simulated cameras',
        services.program('cameras', [...programs.cameras, ...portsOf(ports)]),
      ),
      crew.start(
        '仿真移动网络 Simulated mobile link',
        services.program('uplink', [
          ...programs.uplink,
          '--to',
          `127.0.0.1:${ports.nats}`,
          '--port',
          String(ports.uplink),
        ]),
      ),
    ])
    const [first, second] = GATEWAYS
    const shown = noCameras === undefined ? (cameras.ready['cameras'] as SimulatedCamera[]) : []
    const startGateway = async (title: string, gateway: SimulatedGateway, own: OwnGateway) => {
      const file = join(own.folder, 'gateway.yaml')
      const ported = { gateway, modbusPort: ports.modbus, camerasPort: ports.cameras, cameras: own.cameras }
      await writeGatewayFile(file, ported)
      const command = [...programs.edge, '--config', file]
      await crew.start(title, services.program(gateway.name, command, { NATS_URL: own.natsUrl }))
    }
    await Promise.all([
      startGateway('网关 Edge agent', first, { folder: home.edge, cameras: shown, natsUrl: nats.url }),
      startGateway('移动网络上的网关 Edge agent on a mobile link', second, {
        folder: home.mobileEdge,
        cameras: [],
        natsUrl: `nats://127.0.0.1:${ports.uplink}`,
      }),
    ])

    if (login) {
      const city = { url: consoleUrl(settings), login, devices: CITY_DEVICES }
      await progress.step('仿真城市 Simulated city', () => settleCity(city, signal))
    }

    return { url: consoleUrl(settings), login, noCameras, failed: crew.failed, stop: () => crew.stop() }
  } catch (error) {
    await crew.stop()
    throw error
  }
}

interface OwnGateway {
  readonly folder: string
  readonly cameras: readonly SimulatedCamera[]
  readonly natsUrl: string
}

/** Every part of the stack has its own log; what it wrote last tells why it ended. */
function servicesIn(home: Home, env: NodeJS.ProcessEnv) {
  const logOf = (name: string) => openLog(join(home.logs, `${name}.log`))
  return {
    server<R extends Running>(
      name: string,
      start: (onLog: (line: string) => void, signal: AbortSignal) => Promise<R>,
    ): Service<R> {
      const log = logOf(name)
      return {
        name,
        logFile: log.path,
        start: (signal) => start((line) => log.write(line), signal),
        describe: (exit) => describeExit(exit, log),
      }
    },
    program(name: string, command: readonly string[], more: NodeJS.ProcessEnv = {}): Service<NodeChild> {
      const log = logOf(name)
      return {
        name,
        logFile: log.path,
        start: (signal) => startNodeChild({ name, command, env: { ...env, ...more }, log, signal }),
        describe: (exit) => describeExit(exit, log),
      }
    },
  }
}

function portsOf({ cameras, rtsp }: { cameras: number; rtsp: number }): string[] {
  return ['--http-port', String(cameras), '--port', String(rtsp)]
}

function inCheckout(file: string): string {
  return fileURLToPath(new URL(`../../${file}`, import.meta.url))
}

async function requireFreePort({ port, host }: StackSettings): Promise<void> {
  if (await isPortFree(port, host)) return
  const other = port < 65535 ? port + 1 : 8088
  throw portTaken(port, {
    en: `stop what uses it, or choose another: npm start -- --port ${other}`,
    zh: `请停止占用它的程序，或换一个端口 npm start -- --port ${other}`,
  })
}

async function installNatsServer(note: (text: string) => void): Promise<void> {
  try {
    await ensureProgram('nats-server', note)
  } catch (cause) {
    throw new StackError(
      { en: cause instanceof Error ? cause.message : String(cause), zh: '' },
      { exitCode: 2, cause },
    )
  }
}

/** Got from Debian where we may. All but cameras goes without it: the reason, and what to run, are told and no more. */
async function ffmpegMissing(env: NodeJS.ProcessEnv, progress: Progress): Promise<string | undefined> {
  if (findProgram('ffmpeg', env)) return undefined
  try {
    await progress.step('安装 Installing ffmpeg', (note) => ensureProgram('ffmpeg', note))
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

/** The cloud tells the first password once; it is kept until someone has read it, also when this start fails. */
async function keepLogin(home: Home, { ready }: NodeChild): Promise<Login | undefined> {
  const login = ready['login']
  if (login !== undefined) await writeFile(home.login, JSON.stringify(login), { mode: 0o600 })
  const kept = await readFile(home.login, 'utf8').catch(() => undefined)
  return kept === undefined ? undefined : (JSON.parse(kept) as Login)
}

function consoleUrl({ host, port }: StackSettings): string {
  const name = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`
}

/** What a broker that is down, or readers that are, may cost of a desk machine's disk. */
function streamLimits(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const megabytes = { TELEMETRY: 1024, EVENTS: 128, EVIDENCE: 512 }
  return Object.fromEntries(
    Object.entries(megabytes).map(([stream, size]) => {
      const name = `GANZHI_STREAM_${stream}_BYTES`
      return [name, env[name] ?? String(size * 1024 ** 2)]
    }),
  )
}
