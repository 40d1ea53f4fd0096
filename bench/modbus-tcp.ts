import { join } from 'node:path'
import { mkdir } from 'node:fs/promises'
import { freePort } from '@ganzhi/deploy/stack/free-port'
import { scratchFolder } from './lab/lab.ts'
import { startRole } from './lab/role.ts'
import { openDriverReader } from './modbus/read-driver.ts'
import {
  batches,
  dense,
  everyThird,
  flowRequests,
  GAPS,
  islands,
  type RegisterMap,
} from './modbus/register-maps.ts'
import { type Bench, rounded } from './result.ts'
import { compileLibmodbus, type Libmodbus, type Request } from './yardsticks/libmodbus.ts'
import { nodeRedRate } from './yardsticks/node-red.ts'

const MAPS: readonly RegisterMap[] = [dense(1000), everyThird(1000), islands(1000)]
const [DENSE] = MAPS as [RegisterMap]
const SERVERS = [
  { delayUs: 0, mark: 0.4 },
  { delayUs: 1000, mark: 0.95 },
]
const ROUNDS = 5
const SECONDS = 1
/** In which the driver learns how much may be under way. */
const WARM_UP_MS = 3000
const ROUND_TRIP_MS = 5

interface Figure {
  readonly name: string
  readonly value: number
  readonly yardstick: number
  readonly ratio: number
  readonly mark: number
}

/** Samples a second from one Modbus TCP server: our driver beside libmodbus, beside itself at depth 1, beside Node-RED. */
export const modbusTcp: Bench = async ({ say, signal }) => {
  await using scratch = await scratchFolder()
  const libmodbus = await compileLibmodbus(scratch.dir)
  const figures: Figure[] = []
  const add = (name: string, value: number, yardstick: number, mark: number): void => {
    signal.throwIfAborted()
    const ratio = value / yardstick
    say(
      `${name}: ${Math.round(value)} samples/s ÷ ${Math.round(yardstick)} = ${rounded(ratio)}, mark ${mark}`,
    )
    figures.push({ name, value: Math.round(value), yardstick: Math.round(yardstick), ratio, mark })
  }
  for (const { delayUs, mark } of SERVERS) {
    await using server = await libmodbus.startServer({ delayUs })
    await using twin = await libmodbus.startServer({ delayUs })
    for (const map of MAPS) {
      const { ours, theirs } = await sideBySide(libmodbus, [server.port, twin.port], map, signal)
      add(`${map.name}, ${delayUs / 1000} ms server`, ours, theirs, mark)
    }
  }
  {
    // libmodbus' server answers in turn, and holds a reply back until the one before is acknowledged.
    const port = await freePort()
    const options = ['--port', `${port}`, '--registers', '2000', '--latency-ms', `${ROUND_TRIP_MS}`]
    await using _server = await startRole(['simulators/main.ts', 'modbus', ...options], {
      env: {},
      log: join(scratch.dir, 'simulator.log'),
    })
    const oneByOne = await driverRate({ port, maxDepth: 1 }, DENSE, signal)
    const pipelined = await driverRate({ port }, DENSE, signal)
    add(`pipelined at ${ROUND_TRIP_MS} ms ÷ one by one`, pipelined, oneByOne, 3)
  }
  await using server = await libmodbus.startServer({ delayUs: 0 })
  const nodeRed = join(scratch.dir, 'node-red')
  await mkdir(nodeRed)
  const requests = flowRequests(DENSE)
  const theirs = await nodeRedRate(nodeRed, server.port, requests, 3).catch((error: Error) => error)
  if (theirs instanceof Error) say(`Node-RED was not run: ${theirs.message}`)
  else add('dense ÷ Node-RED', await driverRate({ port: server.port }, DENSE, signal), theirs, 10)

  const [worst] = figures.toSorted((a, b) => a.ratio / a.mark - b.ratio / b.mark)
  if (!worst) throw new Error('nothing was measured')
  return {
    ...worst,
    ratio: rounded(worst.ratio),
    ok: figures.every(({ ratio, mark }) => ratio >= mark),
    figures: figures.map((figure) => ({ ...figure, ratio: rounded(figure.ratio) })),
    ...(theirs instanceof Error && { notRun: { 'node-red': theirs.message } }),
  }
}

/** In turns, so that what else the machine does hits both; the best of each. A server takes one client at a time, so each has its own. */
async function sideBySide(
  libmodbus: Libmodbus,
  [ourPort, theirPort]: readonly [number, number],
  map: RegisterMap,
  signal: AbortSignal,
): Promise<{ ours: number; theirs: number }> {
  const plan = await bestPlan(libmodbus, theirPort, map)
  await using reader = await openDriverReader({ host: '127.0.0.1', port: ourPort }, map, signal)
  await reader.readFor(WARM_UP_MS)
  const ours: number[] = []
  const theirs: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    signal.throwIfAborted()
    ours.push(await reader.readFor(SECONDS * 1000))
    theirs.push((map.points.length * 1000) / (await libmodbus.read({ port: theirPort }, plan, SECONDS)))
  }
  return { ours: Math.max(...ours), theirs: Math.max(...theirs) }
}

async function bestPlan(libmodbus: Libmodbus, port: number, map: RegisterMap): Promise<Request[]> {
  const tried = []
  for (const gap of GAPS) {
    const plan = batches(map, gap)
    tried.push({ plan, ms: await libmodbus.read({ port }, plan, SECONDS / 4) })
  }
  const [best] = tried.toSorted((a, b) => a.ms - b.ms)
  return best?.plan ?? []
}

async function driverRate(
  { port, ...options }: { port: number; maxDepth?: number },
  map: RegisterMap,
  signal: AbortSignal,
): Promise<number> {
  await using reader = await openDriverReader({ host: '127.0.0.1', port, ...options }, map, signal)
  await reader.readFor(WARM_UP_MS)
  return await reader.readFor(SECONDS * 1000)
}
