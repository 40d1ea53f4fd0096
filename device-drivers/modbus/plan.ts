import { type ModbusPoint, modbusWidth } from '@ganzhi/contracts/profile'
import type { Exchange } from '../driver.ts'
import { cheapestCover } from './cover.ts'
import { type KnownLimits, type Tried } from './known-limits.ts'
import { isBitTable, type Table } from './request.ts'
import { overlaps, type Span } from './span.ts'
import type { WireCost } from './wire.ts'

/** One read of one unit. */
export interface ModbusExchange extends Exchange {
  readonly request: {
    readonly unit: number
    readonly table: Table
    readonly address: number
    readonly count: number
  }
  readonly places: readonly Place[]
  /** Part of finding out why a longer read was declined. */
  readonly search?: Search
  /** Asks nothing that is wanted: it tells whether this read was declined for its length or for a gap. */
  readonly tells?: Tried
}

/** Addresses that one or more points are found at. */
export interface Place extends Span {
  readonly points: readonly PlannedPoint[]
}

interface PlannedPoint {
  readonly point: ModbusPoint
  /** Position in the list that was planned. */
  readonly index: number
}

export interface Search {
  /** Reads it may still cost. */
  readsLeft: number
}

export interface PlanFacts {
  readonly unit: number
  readonly limits: KnownLimits
  readonly cost: WireCost
  /** Between a request and its reply, as measured. */
  readonly turnaroundMs: number
}

export function planReads(points: readonly ModbusPoint[], facts: PlanFacts): ModbusExchange[] {
  const byTable = Map.groupBy(
    points.map((point, index) => ({ point, index })),
    ({ point }) => point.table,
  )
  return [...byTable].flatMap(([table, planned]) => planPlaces(table, placesOf(planned), facts))
}

/** The cheapest reads that cover `places`, sorted, as far as the unit is known to take them. */
export function planPlaces(
  table: Table,
  places: readonly Place[],
  facts: PlanFacts,
  search?: Search,
): ModbusExchange[] {
  const { limits } = facts
  const refused = limits.refused(table)
  const cost = { requestMs: requestMs(facts), eachMs: eachMs(table, facts.cost), max: limits.maxCount(table) }
  return betweenRefused(places, refused).flatMap((stretch) => {
    let at = 0
    return cheapestCover(stretch, cost).map((size) => {
      const part = stretch.slice(at, (at += size))
      const exchange = exchangeOf(table, part, facts, search)
      const free = limits.refuses(triedOf(exchange))
      return free ? { ...exchange, predictedMs: 0 } : exchange
    })
  })
}

export function exchangeOf(
  table: Table,
  places: readonly Place[],
  facts: PlanFacts,
  search?: Search,
): ModbusExchange {
  const address = places[0]?.from ?? 0
  const count = places.reduce((end, { to }) => Math.max(end, to), address) - address
  const extra = whyMore(table, places, facts)
  return {
    points: places.flatMap((place) => place.points.map(({ index }) => index)),
    predictedMs: round(requestMs(facts) + count * eachMs(table, facts.cost)),
    request: { unit: facts.unit, table, address, count },
    places,
    ...(extra === undefined ? {} : { extra }),
    ...(search === undefined ? {} : { search }),
  }
}

export function triedOf({ request: { table, address, count }, places }: ModbusExchange): Tried {
  return { table, address, count, places }
}

function placesOf(planned: readonly PlannedPoint[]): Place[] {
  // No value is as wide as 256.
  const bySpan = Map.groupBy(planned, ({ point }) => point.address * 256 + modbusWidth(point))
  return [...bySpan]
    .sort(([a], [b]) => a - b)
    .map(([place, points]) => {
      const from = Math.floor(place / 256)
      return { from, to: from + (place % 256), points }
    })
}

/** Runs of places with no refused address in or between them; a place that has one stands alone. */
function betweenRefused(places: readonly Place[], refused: readonly Span[]): Place[][] {
  const runs: Place[][] = []
  let passed = 0
  let runPassed = -1
  for (const place of places) {
    while ((refused[passed]?.to ?? Infinity) <= place.from) passed += 1
    const itself = isRefused(place, refused[passed])
    if (itself || passed !== runPassed) runs.push([])
    runs.at(-1)?.push(place)
    runPassed = itself ? -1 : passed
  }
  return runs
}

function isRefused(place: Place, next: Span | undefined): boolean {
  return next !== undefined && overlaps(next, place)
}

function requestMs({ cost, turnaroundMs }: PlanFacts): number {
  return cost.exchangeMs + turnaroundMs
}

function eachMs(table: Table, { byteMs }: WireCost): number {
  return isBitTable(table) ? byteMs / 8 : byteMs * 2
}

function whyMore(table: Table, places: readonly Place[], facts: PlanFacts): string | undefined {
  let end = places[0]?.to ?? 0
  let gaps = 0
  let more = 0
  for (const { from, to } of places) {
    if (from > end) {
      gaps += 1
      more += from - end
    }
    end = Math.max(end, to)
  }
  if (gaps === 0) return undefined
  const [zh, en] = isBitTable(table) ? ['位', 'bits'] : ['个寄存器', 'registers']
  const extraMs = round(more * eachMs(table, facts.cost))
  const splitMs = round(gaps * requestMs(facts))
  return (
    `顺带多读 ${more} ${zh},${extraMs} ms;分开读要多 ${splitMs} ms / ` +
    `${more} ${en} nobody asked for, ${extraMs} ms; ${gaps} more request${gaps === 1 ? '' : 's'} would take ${splitMs} ms`
  )
}

function round(ms: number): number {
  return Math.round(ms * 100) / 100
}
