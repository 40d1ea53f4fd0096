import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { freePort } from '@ganzhi/deploy/stack/free-port'
import { type Agent, startAgent } from '../lab/gateway.ts'
import { startRole } from '../lab/role.ts'
import { METER, REGISTERS, writeMeter } from './bench-meter.ts'

const UNITS = 10
const BAUD = 19_200
/** Sooner than any line can do it: units are read one after the other without a pause. */
const INTERVAL_MS = 100
/** In which the driver learns that equal replies of a unit are no repetitions, and gives the dead one up. */
const WARM_UP_S = 40
const SECONDS = 60
const COMMANDS = 25

export interface SharedLine {
  /** Cycle of nine units beside a dead one ÷ their cycle without it. */
  readonly besideDead: { readonly value: number; readonly yardstick: number; readonly ratio: number }
  /** From a command's coming to its being done, ms, ÷ the longest read and the write itself. */
  readonly write: {
    readonly value: number
    readonly yardstick: number
    readonly ratio: number
    /** The first command of an agent also waits for code that no command needed before; it is told, not judged. */
    readonly first: number
  }
}

/** Two serial lines, both with nine units that answer; on the second a tenth is configured that is not there. */
export async function measureSharedLine(dir: string, signal: AbortSignal): Promise<SharedLine> {
  const { folder } = await writeMeter(dir)
  const units = Array.from({ length: UNITS }, (_, i) => i + 1)
  const startLine = () =>
    startRole(
      ['simulators/main.ts', 'rtu', '--baud', `${BAUD}`, '--registers', '100', '--devices', `${UNITS - 1}`],
      {
        env: {},
        log: join(dir, 'simulator.log'),
      },
    )
  await using whole = await startLine()
  await using broken = await startLine()
  const link = (id: string, path: unknown, among: readonly number[]) => ({
    id,
    driver: 'modbus',
    connection: { path, baudRate: BAUD },
    devices: among.map((unit) => ({ id: `${id}-${unit}`, profile: METER, unit, intervalMs: INTERVAL_MS })),
  })
  const links = [
    link('whole', whole.facts['path'], units.slice(0, -1)),
    link('broken', broken.facts['path'], units),
  ]
  await using agent = await startAgent({
    dir,
    name: 'shared-line',
    natsUrl: `nats://127.0.0.1:${await freePort()}`,
    config: { profiles: folder, links },
  })
  await pause(WARM_UP_S * 1000, undefined, { signal })
  const { broken: value = NaN, whole: yardstick = NaN } = await cycleMs(agent, signal)
  const [first = NaN, ...writes] = await writeMs(agent, signal)
  const most = exchangeMs(8, 5 + 2 * REGISTERS) + exchangeMs(8, 8)
  return {
    besideDead: { value, yardstick, ratio: value / yardstick },
    write: { value: Math.max(...writes), yardstick: most, ratio: Math.max(...writes) / most, first },
  }
}

/** What a round of the nine takes, by link. Probes of the dead one count as reads: there is one or two a minute. */
async function cycleMs(agent: Agent, signal: AbortSignal): Promise<Record<string, number>> {
  const start = performance.now()
  const before = await exchanges(agent)
  await pause(SECONDS * 1000, undefined, { signal })
  const after = await exchanges(agent)
  const ms = performance.now() - start
  return Object.fromEntries(
    Object.entries(after).map(([id, n]) => [id, (ms * (UNITS - 1)) / (n - (before[id] ?? 0))]),
  )
}

async function exchanges(agent: Agent): Promise<Record<string, number>> {
  const { links } = await agent.ask({ status: true })
  return Object.fromEntries(
    (links as { id: string; exchanges: number }[]).map((link) => [link.id, link.exchanges]),
  )
}

/** From a command's coming to the device's acknowledgement, while the line is read without a pause. */
async function writeMs(agent: Agent, signal: AbortSignal): Promise<number[]> {
  const taken: number[] = []
  for (let n = 0; n < COMMANDS; n++) {
    const wish = { device: `whole-${1 + (n % (UNITS - 1))}`, property: 'setpoint', value: n }
    const asked = await agent.ask({
      command: { do: 'ask', ...wish, author: 'bench', expiresInMs: 60_000 },
    })
    if (asked.error) throw new Error(asked.error.message)
    taken.push(await untilExecuted(agent, (asked['command'] as { id: string }).id, signal))
  }
  return taken
}

async function untilExecuted(agent: Agent, id: string, signal: AbortSignal): Promise<number> {
  for (;;) {
    await pause(100 + Math.random() * 100, undefined, { signal })
    const { steps } = (await agent.ask({ command: { do: 'show', id } })) as unknown as {
      steps: { state: string; at: number }[]
    }
    const at = (state: string): number | undefined => steps.find((step) => step.state === state)?.at
    const [delivered, executed] = [at('delivered'), at('executed')]
    if (delivered !== undefined && executed !== undefined) return executed - delivered
    if (at('failed') ?? at('expired') ?? at('unknown')) throw new Error(`${id}: ${JSON.stringify(steps)}`)
  }
}

/** Request and reply of so many bytes, and a silence behind each. */
function exchangeMs(request: number, reply: number): number {
  const charMs = 10_000 / BAUD
  return (request + reply + 2 * 3.5) * charMs
}
