import { GanzhiError } from '@ganzhi/contracts/error'
import type { Clock } from '@ganzhi/device-drivers/clock'
import type { Exchange, PointResult, Reads } from '@ganzhi/device-drivers/driver'
import type { Static, TObject } from 'typebox'
import type { OpenLink } from './target.ts'

type Device = Static<TObject>

export interface ReadOptions {
  readonly signal: AbortSignal
  readonly clock: Clock
  readonly onExchange?: (exchange: Exchange, results: readonly PointResult[], tookMs: number) => void
}

/** Exchanges in a row without an answer after which the rest is not tried: a person waits. */
const PATIENCE = 2

export function readsOf(link: OpenLink, driver: string): Reads<Device, Static<TObject>> {
  if (link.reads) return link.reads
  throw new GanzhiError(`the driver ${driver} does not read on request`, {
    code: 'not-readable',
    blame: 'caller',
    field: 'driver',
    remedy: 'Its devices tell of values by themselves: run the agent.',
  })
}

/** Every point once, one result each, in their order. */
export async function readPoints(
  reads: Reads<Device, Static<TObject>>,
  device: Device,
  points: readonly Static<TObject>[],
  { signal, clock, onExchange }: ReadOptions,
): Promise<PointResult[]> {
  const results: PointResult[] = []
  const queue = [...reads.plan(device, points)]
  let unanswered = 0
  for (let exchange = queue.shift(); exchange; exchange = queue.shift()) {
    signal.throwIfAborted()
    const before = clock.elapsed()
    const outcome = await reads.exchange(device, exchange, { signal })
    if ('instead' in outcome) {
      queue.unshift(...outcome.instead)
      continue
    }
    onExchange?.(exchange, outcome.results, clock.elapsed() - before)
    exchange.points.forEach((index, i) => (results[index] = outcome.results[i] as PointResult))
    const silent = outcome.results.find(isUnreached)
    unanswered = silent ? unanswered + 1 : 0
    if (!silent || unanswered < PATIENCE) continue
    for (const index of queue.flatMap((skipped) => skipped.points)) results[index] = silent
    break
  }
  return results
}

/**
 * Every point once, and what was not read beside others alone: some devices are silent to a read that is too long for
 * them, or that reaches over a gap. An agent finds out where; a person who reads once gets the values.
 */
export async function readPointsOrEach(
  reads: Reads<Device, Static<TObject>>,
  device: Device,
  points: readonly Static<TObject>[],
  options: ReadOptions,
): Promise<PointResult[]> {
  const results = await readPoints(reads, device, points, options)
  let patience = results.every(isUnreached) ? 1 : PATIENCE
  for (const [index, point] of points.entries()) {
    const before = results[index]
    if (points.length === 1 || patience === 0) break
    if (before?.quality === 'good' || !FOR_ITS_LENGTH.has(before?.error.code ?? '')) continue
    const [alone] = await readPoints(reads, device, [point], options)
    if (alone) results[index] = alone
    patience = alone && isUnreached(alone) ? patience - 1 : PATIENCE
  }
  return results
}

/** What a device may say to a read that is too much for it, and not to a shorter one. */
const FOR_ITS_LENGTH = new Set(['no-answer', 'device-failure'])

export function isUnreached(result: PointResult): boolean {
  return result.quality !== 'good' && ['no-answer', 'link-down'].includes(result.error.code)
}
