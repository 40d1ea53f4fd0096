import { join } from 'node:path'
import { scratchFolder } from './lab/lab.ts'
import { startRole } from './lab/role.ts'
import { openDriverReader } from './modbus/read-driver.ts'
import { dense, everyThird, islands, type RegisterMap, UNIT } from './modbus/register-maps.ts'
import { measureSharedLine } from './modbus/shared-line.ts'
import { type Bench, rounded } from './result.ts'
import { compileLibmodbus, type Libmodbus, type Request } from './yardsticks/libmodbus.ts'

const BAUD_RATES = [9600, 19_200, 115_200]
const TURNAROUNDS_MS = [0, 5, 20]
const MAPS: readonly RegisterMap[] = [dense(100), everyThird(80), islands(40)]
const ROUNDS = 3
const SECONDS = 0.5
const MARK = 1.1
/** What one dead unit in ten may cost the others. */
const BESIDE_DEAD_MARK = 1.05
/** One read under way, the write itself, and a little for the processes it passes through. */
const WRITE_MARK = 1.1
/** Where the wire's own time is so long that nothing else may show. */
const THEORY_TO_BAUD = 19_200

interface Figure {
  readonly baudRate: number
  readonly turnaroundMs: number
  readonly map: string
  readonly exchanges: number
  readonly value: number
  readonly yardstick: number
  readonly ratio: number
  /** libmodbus as it is, which leaves out the silence that the standard asks for between two frames. */
  readonly hasty: number
  readonly ofHasty: number
  readonly theory: number
  readonly ofTheory: number
}

/** Milliseconds of a cycle over a pty that keeps baud time: our driver beside libmodbus with the same plan, and beside the wire. */
export const modbusRtu: Bench = async ({ say, signal }) => {
  await using scratch = await scratchFolder()
  const libmodbus = await compileLibmodbus(scratch.dir)
  const figures: Figure[] = []
  for (const baudRate of BAUD_RATES) {
    for (const turnaroundMs of TURNAROUNDS_MS) {
      const options = ['--baud', `${baudRate}`, '--turnaround-ms', `${turnaroundMs}`, '--registers', '2000']
      await using line = await startRole(['simulators/main.ts', 'rtu', '--devices', '1', ...options], {
        env: {},
        log: join(scratch.dir, 'simulator.log'),
      })
      const path = String(line.facts['path'])
      for (const map of MAPS) {
        signal.throwIfAborted()
        const { ours, theirs, hasty, plan } = await inTurns(libmodbus, { path, baudRate }, map, signal)
        const theory = wireMs(plan, baudRate, turnaroundMs)
        const figure = {
          baudRate,
          turnaroundMs,
          map: map.name,
          exchanges: plan.length,
          value: rounded(ours),
          yardstick: rounded(theirs),
          ratio: rounded(ours / theirs),
          hasty: rounded(hasty),
          ofHasty: rounded(ours / hasty),
          theory: rounded(theory),
          ofTheory: rounded(ours / theory),
        }
        figures.push(figure)
        say(JSON.stringify(figure))
      }
    }
  }
  const { besideDead, write } = await measureSharedLine(scratch.dir, signal)
  say(JSON.stringify({ besideDead, write }))
  const [worst] = figures.toSorted((a, b) => b.ratio - a.ratio)
  if (!worst) throw new Error('nothing was measured')
  return {
    ...worst,
    mark: MARK,
    ok: figures.every(isGood) && besideDead.ratio <= BESIDE_DEAD_MARK && write.ratio <= WRITE_MARK,
    besideDead: { ...besideDead, mark: BESIDE_DEAD_MARK },
    write: { ...write, mark: WRITE_MARK },
    figures,
  }
}

function isGood({ baudRate, ratio, ofTheory }: Figure): boolean {
  return ratio <= MARK && (baudRate > THEORY_TO_BAUD || ofTheory <= MARK)
}

interface Times {
  readonly ours: number
  readonly theirs: number
  readonly hasty: number
  readonly plan: readonly Request[]
}

/** What a cycle takes each of them; the best of some rounds. */
async function inTurns(
  libmodbus: Libmodbus,
  connection: { readonly path: string; readonly baudRate: number },
  map: RegisterMap,
  signal: AbortSignal,
): Promise<Times> {
  let best = { ours: Infinity, theirs: Infinity, hasty: Infinity }
  let plan: readonly Request[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const cycles: number[] = []
    {
      await using reader = await openDriverReader({ ...connection }, map, signal)
      const end = performance.now() + SECONDS * 1000
      while (performance.now() < end) cycles.push(await reader.cycle())
      plan = reader.plan().map(({ request }) => ({ unit: UNIT, ...(request as Omit<Request, 'unit'>) }))
    }
    const ours = mean(cycles.filter(Number.isFinite))
    const silenceMs = silenceAt(connection.baudRate)
    const theirs = await libmodbus.read({ ...connection, silenceMs }, plan, SECONDS)
    const hasty = await libmodbus.read({ ...connection, silenceMs: 0 }, plan, SECONDS)
    best = {
      ours: Math.min(best.ours, ours),
      theirs: Math.min(best.theirs, theirs),
      hasty: Math.min(best.hasty, hasty),
    }
  }
  return { ...best, plan }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

/** Request and reply, a silence behind each, and the unit's own time. */
function wireMs(plan: readonly Request[], baudRate: number, turnaroundMs: number): number {
  return plan.reduce(
    (ms, { count }) => ms + (8 + 5 + 2 * count) * charMs(baudRate) + 2 * silenceAt(baudRate) + turnaroundMs,
    0,
  )
}

/** 8N1: ten bits. */
function charMs(baudRate: number): number {
  return 10_000 / baudRate
}

/** "MODBUS over Serial Line V1.02" 2.5.1.1: 3.5 characters, and 1.75 ms above 19200 baud. */
function silenceAt(baudRate: number): number {
  return baudRate > 19_200 ? 1.75 : 3.5 * charMs(baudRate)
}
