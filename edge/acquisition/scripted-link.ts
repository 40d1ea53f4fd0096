import { GanzhiError } from '@ganzhi/contracts/error'
import type { Value } from '@ganzhi/contracts/reading'
import { type Clock, sleep } from '@ganzhi/device-drivers/clock'
import type { Exchange, ExchangeOutcome, PointResult } from '@ganzhi/device-drivers/driver'
import type { OpenLink } from './link-actor.ts'
import type { PlannedDevice, PlannedPoint } from './plan.ts'

/** What a device does with one exchange: after `ms`, a value, or what it fails with. */
export interface Behaviour {
  readonly ms?: number
  readonly fails?: string | Error
  /** It declines so much at once: one exchange a point is made instead. */
  readonly splits?: boolean
}

export interface Sent {
  readonly device: string
  readonly what: 'read' | 'write'
  readonly points: readonly string[]
  readonly at: number
  /** Exchanges that were under way when it was sent, without it. */
  readonly beside: number
  endedAt?: number
}

export interface ScriptedOptions {
  readonly clock: Clock
  readonly behave: (device: string, at: number, points: readonly string[]) => Behaviour
  readonly depth?: number
  /** Most points in one exchange. */
  readonly most?: number
  /** Where what is sent is kept, beside that of other links. */
  readonly sent?: Sent[]
}

/** A link of no protocol, for tests of who uses links: it does as it is told, and keeps what it was asked. */
export function scriptedLink({ clock, behave, depth = 1, most = Infinity, sent = [] }: ScriptedOptions) {
  let underWay = 0

  async function perform(entry: Sent, signal: AbortSignal): Promise<Behaviour> {
    sent.push(entry)
    underWay += 1
    const behaviour = behave(entry.device, entry.at, entry.points)
    try {
      await sleep(clock, behaviour.ms ?? 0, signal)
    } finally {
      underWay -= 1
      entry.endedAt = clock.elapsed()
    }
    if (behaviour.fails instanceof Error) throw behaviour.fails
    return behaviour
  }

  const entryOf = (address: object, what: Sent['what'], points: readonly string[]): Sent => {
    const device = String((address as { device?: unknown }).device)
    return { device, what, points, at: clock.elapsed(), beside: underWay }
  }

  const link = {
    reads: {
      depth,
      plan(_, points) {
        const exchanges: ScriptedExchange[] = []
        for (let from = 0; from < points.length; from += most) {
          const positions = points.slice(from, from + most).map((__, i) => from + i)
          exchanges.push(exchangeOf(positions, (i) => String(points[i]?.['id'])))
        }
        return exchanges
      },
      async exchange(address, exchange, { signal }): Promise<ExchangeOutcome> {
        const { ids } = exchange as ScriptedExchange
        const { fails, splits } = await perform(entryOf(address, 'read', ids), signal)
        if (splits && ids.length > 1) {
          return { instead: exchange.points.map((position, i) => exchangeOf([position], () => ids[i] ?? '')) }
        }
        return { results: ids.map(() => resultOf(clock, fails as string | undefined)) }
      },
    },
    writes: {
      async write(address, point, _: Value, { signal }) {
        const { fails } = await perform(entryOf(address, 'write', [String(point['id'])]), signal)
        if (fails !== undefined) throw errorOf(fails as string)
        return { writtenAt: clock.now() }
      },
    },
    async [Symbol.asyncDispose]() {},
  } satisfies OpenLink
  return { link, sent }
}

interface ScriptedExchange extends Exchange {
  readonly ids: readonly string[]
}

function exchangeOf(points: readonly number[], idOf: (position: number) => string): ScriptedExchange {
  return { points, predictedMs: 10 * points.length, request: {}, ids: points.map(idOf) }
}

function resultOf(clock: Clock, fails: string | undefined): PointResult {
  const readAt = clock.now()
  if (fails === undefined) return { quality: 'good', value: 1, readAt }
  const quality = fails === 'declined' ? 'bad-config' : 'bad-comm'
  return { quality, value: null, readAt, error: errorOf(fails) }
}

function errorOf(code: string): GanzhiError {
  return new GanzhiError(code, { code, blame: 'outside' })
}

const names = { zh: '值', en: 'Value' }

/** A device whose points, named `<device>.<interval>.<n>`, are read at these intervals. */
export function scriptedDevice(id: string, intervals: readonly number[], pointsEach = 1): PlannedDevice {
  const points = intervals.flatMap((intervalMs) =>
    Array.from({ length: pointsEach }, (_, n): PlannedPoint => {
      const point = `${id}.${intervalMs}.${n}`
      return {
        device: id,
        property: { id: point, names, type: 'float', access: 'r' },
        driverPoint: { id: point },
        intervalMs,
      }
    }),
  )
  return { id, profile: 'test/test', address: { device: id }, points }
}
