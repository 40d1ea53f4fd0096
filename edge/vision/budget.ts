/** What a camera wants of a detector. */
export interface Demand {
  readonly camera: string
  /** Looks a second; what moves at the moment, not what may move. */
  readonly wanted: number
  /** Looks a second without which its scenes do not work, such as those that count minutes. */
  readonly least: number
  /** Of one look, on all cores of the model together. */
  readonly costMs: number
}

/**
 * Looks a second for each camera, so that together they take at most `shareMs` of each second. Who must give way gives the
 * same part of what he wants; what scenes cannot do without is given first, and where even that is too much, it is cut alike.
 */
export function fitRates(demands: readonly Demand[], shareMs: number): Map<string, number> {
  const floors = demands.map(({ wanted, least }) => Math.min(wanted, least))
  const floorMs = sumOf(demands, (_, index) => floors[index] ?? 0)
  if (floorMs > shareMs) {
    return ratesOf(demands, (_, index) => ((floors[index] ?? 0) * shareMs) / floorMs)
  }
  const part = partOf(demands, shareMs)
  return ratesOf(demands, ({ wanted }, index) => Math.max(floors[index] ?? 0, part * wanted))
}

/** The part of what all want that fits, when nobody goes below his least: 1 where all fits. */
function partOf(demands: readonly Demand[], shareMs: number): number {
  const give = (part: number) =>
    sumOf(demands, ({ wanted, least }) => Math.max(Math.min(wanted, least), part * wanted))
  if (give(1) <= shareMs) return 1
  let [fits, exceeds] = [0, 1]
  for (let i = 0; i < 50; i++) {
    const middle = (fits + exceeds) / 2
    if (give(middle) <= shareMs) fits = middle
    else exceeds = middle
  }
  return fits
}

function sumOf(demands: readonly Demand[], rateOf: (demand: Demand, index: number) => number): number {
  return demands.reduce((sum, demand, index) => sum + demand.costMs * rateOf(demand, index), 0)
}

function ratesOf(demands: readonly Demand[], rateOf: (demand: Demand, index: number) => number) {
  return new Map(demands.map((demand, index) => [demand.camera, rateOf(demand, index)]))
}
