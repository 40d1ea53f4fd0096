import type { Json } from '@ganzhi/contracts/reading'
import type { Clock } from '@ganzhi/device-drivers/clock'
import type { Exchange, PointResult, Reads } from '@ganzhi/device-drivers/driver'
import type { Static, TObject } from 'typebox'
import { readPoints } from './read-points.ts'
import type { Point } from './points-file.ts'

type Device = Static<TObject>

/** What is read of one device at one interval. */
export interface Group {
  /** As the gateway's configuration calls it. */
  readonly name?: string
  readonly device: Device
  readonly intervalMs: number
  readonly points: readonly Point[]
}

export interface LinkPlan {
  readonly requests: readonly PlannedRequest[]
  /** Every request once. */
  readonly cycleMs: number
  /** Share of the bus's time, 1 is all of it; what was measured goes before what was predicted. */
  readonly budget: number
  readonly verdict: 'fits' | 'tight' | 'exceeds'
}

/** With the fields of the driver's own request: `table`, `address`, `count`. */
export interface PlannedRequest extends Readonly<Record<string, Json | undefined>> {
  readonly device?: string
  readonly points: readonly string[]
  readonly predictedMs: number
  readonly intervalMs: number
  /** What is read though nobody asked for it, and why. */
  readonly extra?: string
  readonly measuredMs?: number
  /** Why it could not be measured, or not all of it be read. */
  readonly error?: { readonly code: string; readonly message: string }
}

/** Above this share a bus has no room for writes, repeats and probes. */
export const TIGHT = 0.7

/** Groups are planned apart: when they come due together they share requests, and it takes no longer than this. */
export function planLink(reads: Reads<Device, Static<TObject>>, groups: readonly Group[]): LinkPlan {
  const requests = groups.flatMap((group) =>
    reads.plan(group.device, group.points).map((exchange) => requestOf(group, exchange)),
  )
  return summed(requests, reads.depth)
}

/** Reads everything twice: the first time the driver learns the device, the second is the measurement. */
export async function measureLink(
  reads: Reads<Device, Static<TObject>>,
  groups: readonly Group[],
  options: { readonly signal: AbortSignal; readonly clock: Clock },
): Promise<LinkPlan> {
  const requests: PlannedRequest[] = []
  for (const group of groups) {
    const { device, points } = group
    await readPoints(reads, device, points, options)
    const unasked = new Set(points.keys())
    await readPoints(reads, device, points, {
      ...options,
      onExchange(exchange, results, tookMs) {
        for (const index of exchange.points) unasked.delete(index)
        requests.push({ ...requestOf(group, exchange), ...measured(results, tookMs) })
      },
    })
    // Of a device that is silent not everything is asked.
    const skipped = reads
      .plan(device, points)
      .filter((exchange) => exchange.points.some((i) => unasked.has(i)))
    requests.push(...skipped.map((exchange) => requestOf(group, exchange)))
  }
  return summed(requests, reads.depth)
}

function measured(
  results: readonly PointResult[],
  tookMs: number,
): Pick<PlannedRequest, 'measuredMs' | 'error'> {
  const bad = results.find((result) => result.quality !== 'good')
  if (!bad || !('error' in bad)) return { measuredMs: round(tookMs, 1) }
  return { error: { code: bad.error.code, message: bad.error.message } }
}

function summed(requests: readonly PlannedRequest[], depth: number): LinkPlan {
  const timeOf = ({ measuredMs, predictedMs }: PlannedRequest) => measuredMs ?? predictedMs
  const share = requests.reduce((sum, request) => sum + timeOf(request) / request.intervalMs, 0)
  const budget = round(share / depth, 4)
  return {
    requests,
    cycleMs: round(
      requests.reduce((sum, request) => sum + timeOf(request), 0),
      1,
    ),
    budget,
    verdict: budget > 1 ? 'exceeds' : budget > TIGHT ? 'tight' : 'fits',
  }
}

function requestOf({ name, device, intervalMs, points }: Group, exchange: Exchange): PlannedRequest {
  const { unit } = device as { readonly unit?: number }
  return {
    ...(name === undefined ? {} : { device: name }),
    ...(unit === undefined ? {} : { unit }),
    ...exchange.request,
    points: exchange.points.map((index) => points[index]?.id ?? ''),
    predictedMs: round(exchange.predictedMs, 1),
    intervalMs,
    ...(exchange.extra === undefined ? {} : { extra: exchange.extra }),
  }
}

/** How much slower everything must be read for the bus to have room again. */
export function slowdown({ budget }: LinkPlan): number {
  return Math.ceil((budget / TIGHT) * 10) / 10
}

function round(n: number, decimals: number): number {
  return Number(n.toFixed(decimals))
}
