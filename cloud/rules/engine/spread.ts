/** A number that none after it exceeds (of `highs`; or goes below, of `lows`), and the first sample that it stands for. */
interface Peak {
  readonly value: number
  readonly from: number
  readonly fromAt: number
}

/** The longest run of numbers up to the newest that lie within some width: only what may still be its highest or lowest is kept. */
export interface Spread {
  readonly since: number
  /** How many samples there have been, so that those of one moment can be told apart. */
  readonly count: number
  readonly highs: readonly Peak[]
  readonly lows: readonly Peak[]
}

export function beginSpread(at: number, value: number): Spread {
  const peak = { value, from: 0, fromAt: at }
  return { since: at, count: 1, highs: [peak], lows: [peak] }
}

export function spreadWith(spread: Spread, at: number, value: number, width: number): Spread {
  const peak = { value, from: spread.count, fromAt: at }
  let highs = followed(spread.highs, peak, (old) => old.value <= value)
  let lows = followed(spread.lows, peak, (old) => old.value >= value)
  let { since } = spread
  while ((highs[0]?.value ?? 0) - (lows[0]?.value ?? 0) > width) {
    // The run can only begin behind the older of the two.
    const begins = [highs[1], lows[1]]
      .filter((next) => next !== undefined)
      .reduce((first, next) => (next.from < first.from ? next : first))
    since = begins.fromAt
    highs = behind(highs, begins.from)
    lows = behind(lows, begins.from)
  }
  return { since, count: spread.count + 1, highs, lows }
}

function followed(peaks: readonly Peak[], peak: Peak, outdone: (old: Peak) => boolean): readonly Peak[] {
  const kept = peaks.findLastIndex((old) => !outdone(old)) + 1
  const first = peaks[kept]
  return [...peaks.slice(0, kept), first ? { ...peak, from: first.from, fromAt: first.fromAt } : peak]
}

/** Without those that stand only for samples before `from`. */
function behind(peaks: readonly Peak[], from: number): readonly Peak[] {
  const next = peaks[1]
  return next && next.from <= from ? peaks.slice(1) : peaks
}
