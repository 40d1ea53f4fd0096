import type { ModbusPoint } from '@ganzhi/contracts/profile'
import type { Json } from '@ganzhi/contracts/reading'
import { systemClock } from '@ganzhi/device-drivers/clock'
import type { Exchange, ExchangeOutcome, PointResult } from '@ganzhi/device-drivers/driver'
import { modbus } from '@ganzhi/device-drivers/modbus/driver'
import { type RegisterMap, truth, UNIT } from './register-maps.ts'

export interface DriverReader extends AsyncDisposable {
  /** Exchange after exchange for so long; resolves with the good samples a second. */
  readFor(ms: number): Promise<number>
  /** Every point once; resolves with the ms it took, infinite when one of them was not read. */
  cycle(): Promise<number>
  /** What a cycle asks for, as the driver knows the device now. */
  plan(): readonly Exchange[]
  readonly depth: number
}

/** Our driver, used as the agent uses it: what it plans is asked, as much at once as it allows, and every value is typed. */
export async function openDriverReader(
  connection: Record<string, Json>,
  { points }: RegisterMap,
  signal: AbortSignal,
): Promise<DriverReader> {
  const nothingLearnt = { recall: () => undefined, keep: () => {} }
  const link = await modbus.open(connection, {
    clock: systemClock,
    report: () => {},
    memory: nothingLearnt,
  })
  const { reads } = link
  if (!reads) throw new Error('the Modbus driver does not read')
  const device = { unit: UNIT }
  const latest: PointResult[] = []
  let samples = 0

  const take = (exchange: Exchange, outcome: ExchangeOutcome): void => {
    if ('instead' in outcome) throw new Error(`declined: ${JSON.stringify(exchange.request)}`)
    exchange.points.forEach((point, i) => {
      latest[point] = outcome.results[i] as PointResult
    })
    samples += outcome.results.filter(({ quality }) => quality === 'good').length
  }
  const askAll = (next: () => Exchange | undefined): Promise<void> =>
    new Promise((resolve, reject) => {
      let underWay = 0
      const ask = async (exchange: Exchange): Promise<void> => {
        take(exchange, await reads.exchange(device, exchange, { signal }))
        underWay--
        fill()
      }
      const fill = (): void => {
        for (let exchange; underWay < reads.depth && (exchange = next()); underWay++)
          ask(exchange).catch(reject)
        if (underWay === 0) resolve()
      }
      fill()
    })

  const reader = {
    async readFor(ms: number) {
      const start = performance.now()
      samples = 0
      let queue: readonly Exchange[] = []
      let at = 0
      await askAll(() => {
        if (performance.now() - start >= ms) return undefined
        if (at === queue.length) [queue, at] = [reads.plan(device, points), 0]
        return queue[at++]
      })
      checkTruth(points, latest)
      return (samples / (performance.now() - start)) * 1000
    },
    async cycle() {
      const start = performance.now()
      const queue = reads.plan(device, points).values()
      await askAll(() => queue.next().value)
      const ms = performance.now() - start
      checkTruth(points, latest)
      return latest.every(({ quality }) => quality === 'good') ? ms : Infinity
    },
    plan: () => reads.plan(device, points),
    get depth() {
      return reads.depth
    },
    [Symbol.asyncDispose]: () => link[Symbol.asyncDispose](),
  }
  if ((await reader.cycle()) === Infinity) throw new Error(`not read: ${JSON.stringify(connection)}`)
  return reader
}

/** A wrong value must not be fast. */
function checkTruth(points: readonly ModbusPoint[], latest: readonly PointResult[]): void {
  points.forEach((point, i) => {
    const result = latest[i]
    if (result?.quality !== 'good' || result.value === truth(point)) return
    throw new Error(`${point.id} at ${point.address} is ${truth(point)}, not ${JSON.stringify(result.value)}`)
  })
}
