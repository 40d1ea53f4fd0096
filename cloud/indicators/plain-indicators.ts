import type { Beyond, DeviceFigure, MeasuredIndicator, Period } from '@ganzhi/contracts/indicator'
import type { RigSample, StoredValue } from './indicators-rig.ts'

/**
 * What docs/indicators.md says, written down once more and plainly: from samples, device by device, in a zone without summer
 * time. Tests hold what the database makes of roll-ups against it.
 */
export interface PlainDevice {
  readonly area: string
  readonly tags: readonly string[]
  readonly property: string
  readonly samples: readonly RigSample[]
}

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const WIDTH: Readonly<Record<Period, number>> = { hour: 15 * MINUTE, day: HOUR, week: DAY, month: DAY }

export interface PlainCity {
  readonly devices: readonly PlainDevice[]
  /** Of every area the one above it. */
  readonly parents: Readonly<Record<string, string | undefined>>
  readonly offsetMs: number
}

export function plainValues(
  { devices, parents, offsetMs }: PlainCity,
  indicator: MeasuredIndicator,
  from: number,
  to: number,
): StoredValue[] {
  const { id, of, area: made, needs = 75, device: figure } = indicator
  const width = WIDTH[indicator.period]
  const told = new Map<string, { expected: number; values: number[] }>()
  for (const device of devices) {
    if (device.property !== of.property) continue
    if (of.tag !== undefined && !device.tags.includes(of.tag)) continue
    const value = deviceValue(device.samples, figure, { from, to, width, offsetMs, needs })
    for (let area: string | undefined = device.area; area !== undefined; area = parents[area]) {
      const here = told.get(area) ?? { expected: 0, values: [] }
      told.set(area, here)
      here.expected++
      if (value !== undefined) here.values.push(value)
    }
  }
  return [...told]
    .map(([area, { expected, values }]) => {
      const enough =
        values.length > 0 && values.length * 100 >= (figure === 'presence' ? 0 : needs) * expected
      const value = enough ? areaValue(values, made) : null
      return { indicator: id, area, at: from, value, expected, present: values.length }
    })
    .sort((a, b) => (a.area < b.area ? -1 : 1))
}

interface Counted {
  readonly from: number
  readonly to: number
  readonly width: number
  readonly offsetMs: number
  readonly needs: number
}

function deviceValue(
  samples: readonly RigSample[],
  figure: DeviceFigure,
  { from, to, width, offsetMs, needs }: Counted,
): number | undefined {
  const startOf = (at: number) => Math.floor((at + offsetMs) / width) * width - offsetMs
  const ordered = samples.toSorted(([a], [b]) => a - b)
  const buckets: { good: number[]; all: number }[] = []
  for (let start = from; start < to; start += width) {
    const here = ordered.filter(([at]) => startOf(at) === start)
    buckets.push({ good: here.filter(isGood).map(([, value]) => Number(value)), all: here.length })
  }
  const filled = buckets.filter(({ good }) => good.length > 0)
  if (figure === 'presence') return (100 * filled.length) / buckets.length
  const counted = figure === 'good' ? buckets.filter(({ all }) => all > 0) : filled
  if (counted.length === 0 || counted.length * 100 < needs * buckets.length) return undefined

  const means = filled.map(({ good }) => total(good) / good.length)
  const values = filled.flatMap(({ good }) => good)
  if (typeof figure === 'object') {
    return (100 * means.filter((mean) => isBeyond(mean, figure.share)).length) / means.length
  }
  switch (figure) {
    case 'mean':
      return total(means) / means.length
    case 'min':
      return Math.min(...values)
    case 'max':
      return Math.max(...values)
    case 'last':
      return values.at(-1)
    case 'good':
      return (100 * values.length) / total(buckets.map(({ all }) => all))
    case 'rise': {
      const before = ordered.filter((sample) => isGood(sample) && startOf(sample[0]) === from - width)
      let last = before.length > 0 ? Number(before.at(-1)?.[1]) : undefined
      let rise = 0
      for (const { good } of filled) {
        const end = good.at(-1) ?? 0
        const begin = last ?? good[0] ?? 0
        rise += end >= begin ? end - begin : end
        last = end
      }
      return rise
    }
  }
}

function isGood([, value, quality = 'good']: RigSample): boolean {
  return quality === 'good' && Number.isFinite(Number(value))
}

function areaValue(values: readonly number[], made: MeasuredIndicator['area']): number {
  if (typeof made === 'object') {
    if ('count' in made) return values.filter((value) => isBeyond(value, made.count)).length
    return (100 * values.filter((value) => isBeyond(value, made.share)).length) / values.length
  }
  switch (made) {
    case 'mean':
      return total(values) / values.length
    case 'sum':
      return total(values)
    case 'min':
      return Math.min(...values)
    case 'max':
      return Math.max(...values)
  }
}

function isBeyond(value: number, { above = Infinity, below = -Infinity }: Beyond): boolean {
  return value > above || value < below
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0)
}
