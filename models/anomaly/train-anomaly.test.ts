import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Weather, weather } from './day-and-night.ts'
import { seededRandom } from './random.ts'
import { openRestorer, type Restorer } from './restorer.ts'
import { looksOf, type Score, scoreSteps } from './score-steps.ts'
import type { Series } from './series-csv.ts'
import { stepsOf } from './series-steps.ts'
import { type Trained, trainAnomaly } from './train-anomaly.ts'
import { trainNetwork } from './train-network.ts'
import { planTraining } from './training-plan.ts'
import { cellCount, inputLength, Window } from './window.ts'

const signal = new AbortController().signal
const STEP_MS = 900_000
const DAY_MS = 86_400_000
const KNOWN_DAYS = 16
const readings = weather(KNOWN_DAYS + 4)
const known = readings.slice(0, (readings.length * KNOWN_DAYS) / (KNOWN_DAYS + 4))
/** Never shown to the model. */
const later = readings.slice(known.length)
const plan = planTraining(
  { device: 'meter-1', series: seriesOf(known) },
  { stepSeconds: STEP_MS / 1_000, window: 16, named: true },
)

let dir: string
let trained: Trained
let restorer: Restorer
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'anomaly-'))
  trained = await trainAnomaly(plan, { dir, seed: 1, epochs: 15, signal })
  restorer = await openRestorer(join(dir, 'model.json'), trained.card)
}, 60_000)
afterAll(async () => {
  await restorer[Symbol.asyncDispose]()
  await rm(dir, { recursive: true })
})

function seriesOf(all: readonly Weather[]): Series[] {
  const at = all.map((reading) => reading.at)
  return [
    { property: 'hum', at, values: all.map(({ hum }) => hum) },
    { property: 'temp', at, values: all.map(({ temp }) => temp) },
  ]
}

async function scoresOf(all: readonly Weather[]): Promise<Score[]> {
  const { holdSeconds, window } = trained.card
  const steps = stepsOf(seriesOf(all), { stepMs: STEP_MS, holdMs: holdSeconds * 1_000, window })
  return scoreSteps(steps, trained.card, restorer)
}

/** The second of the later days, from noon on, is changed for some hours. */
const noon = (later[0]?.at ?? 0) + 1.5 * DAY_MS
async function scoresWith(hours: number, change: (reading: Weather, hour: number) => Partial<Weather>) {
  const changed = later.map((reading) => {
    const hour = (reading.at - noon) / 3_600_000
    return hour >= 0 && hour < hours ? { ...reading, ...change(reading, hour) } : reading
  })
  const scores = await scoresOf(changed)
  return scores.filter(({ at }) => at > noon && at <= noon + (hours + 0.25) * 3_600_000)
}

const alarms = (scores: readonly Score[]) => scores.filter(({ score }) => (score ?? 0) >= trained.card.alarm)
const atNoon = later.find(({ at }) => at === noon)

test('normal days that it never saw stay quiet', async () => {
  const scores = await scoresOf(later)
  expect(scores.filter(({ score }) => score !== null).length).toBeGreaterThan(300)
  expect(alarms(scores).length).toBeLessThanOrEqual(2)
})

describe('is found, and the sensor named', () => {
  test('a value that stands still', async () => {
    const found = alarms(await scoresWith(4, () => ({ temp: atNoon?.temp ?? 0 })))
    expect(found.some(({ property, sign }) => property === 'temp' && sign === 'still')).toBe(true)
  })

  test('a spike of one step', async () => {
    const found = alarms(await scoresWith(0.25, ({ temp }) => ({ temp: temp + 9 })))
    expect(found[0]).toMatchObject({ property: 'temp', sign: 'jump' })
  })

  test('a drift', async () => {
    const found = alarms(await scoresWith(8, ({ hum }, hour) => ({ hum: hum + 3 * hour })))
    expect(found.some(({ property }) => property === 'hum')).toBe(true)
  })

  test('day in the place of night', async () => {
    const found = alarms(await scoresWith(4, ({ temp, hum }) => ({ temp: 2 * 20 - temp, hum: 2 * 60 - hum })))
    expect(found.some(({ sign }) => sign === 'lately')).toBe(true)
  })

  test('humidity that does not go with the temperature, each of them being normal by itself', async () => {
    const found = alarms(await scoresWith(4, ({ hum }) => ({ hum: 2 * 60 - hum })))
    expect(found.some(({ sign }) => sign === 'lately')).toBe(true)
  })
})

describe('has no score', () => {
  test('what is said for too short a time', async () => {
    const scores = await scoresOf(later.slice(0, 36))
    expect(scores.length).toBeGreaterThan(10)
    expect(scores.every(({ score }) => score === null)).toBe(true)
  })

  test('a gap, or one of the properties bad, until enough is known again', async () => {
    for (const gap of [{ temp: NaN, hum: NaN }, { hum: NaN }]) {
      const scores = await scoresOf(
        later.map((reading) => ({ ...reading, ...(Math.abs(reading.at - noon) < 3 * 3_600_000 ? gap : {}) })),
      )
      const during = scores.filter(({ at }) => at > noon - 2 * 3_600_000 && at < noon + 2 * 3_600_000)
      expect(during.length).toBeGreaterThan(10)
      expect(during.every(({ score }) => score === null)).toBe(true)
      expect(scores.at(-1)?.score).not.toBeNull()
    }
  })
})

test('what is hidden of a property is restored from the other one and the time of day', async () => {
  const steps = stepsOf(seriesOf(later), { stepMs: STEP_MS, holdMs: 2 * STEP_MS, window: 16 })
  const windows = looksOf(steps, new Window(trained.card)).flatMap((look) => (look ? [look.input] : []))
  const cells = cellCount(trained.card)
  /** Of humidity, which comes first. */
  const hidden = Array.from({ length: 8 }, (_, i) => 2 * (8 + i))
  const given = windows.map((window) => {
    const spoilt = window.slice()
    for (const cell of hidden) spoilt.fill(0, cell, cell + 1).fill(0, cells + cell, cells + cell + 1)
    return spoilt
  })
  const restored = await restorer.restore(given)
  const sum = (of: (window: number, cell: number) => number) =>
    windows.reduce((all, _, i) => all + hidden.reduce((some, cell) => some + Math.abs(of(i, cell)), 0), 0)
  const truth = (i: number, cell: number) => windows[i]?.[cell] ?? NaN
  const off = sum((i, cell) => (restored[i]?.[cell] ?? NaN) - truth(i, cell))
  // Who always said the middle, which is 0, would be off by all of the truth.
  expect(off / sum(truth)).toBeLessThan(0.5)
})

test('it is judged on what it never saw, with anomalies planted there', () => {
  const { falseAlarmsPerDay, recall, planted, from } = trained.evaluation
  expect(Date.parse(from)).toBeGreaterThan(plan.parts.calibrate.steps.at(-1)?.at ?? Infinity)
  expect(planted.map(({ kind }) => kind)).toEqual(['stuck', 'spike', 'drift', 'swapped', 'late'])
  expect(recall).toBeGreaterThan(0.7)
  expect(falseAlarmsPerDay).toBeLessThan(1)
})

test('the same seed gives the same weights, another seed others', async () => {
  const random = seededRandom(3)
  const shape = { window: 8, stepSeconds: 900, properties: [{ centre: 0, spread: 1 }] }
  const windows = Array.from({ length: 200 }, () => Float32Array.from({ length: inputLength(shape) }, random))
  const weights = async (seed: number) =>
    trainNetwork(windows, shape, { epochs: 2, random: seededRandom(seed), signal })
  const first = await weights(1)
  expect(await weights(1)).toEqual(first)
  expect(await weights(2)).not.toEqual(first)
})

test('what is written is a graph model that TensorFlow.js loads, and nothing of this machine', async () => {
  const model = JSON.parse(await readFile(join(dir, 'model.json'), 'utf8')) as { format: string }
  expect(model.format).toBe('graph-model')
  expect(await readFile(join(dir, 'card.yaml'), 'utf8')).not.toContain(dir)
})

test('who wants training to stop is heard', async () => {
  const stop = new AbortController()
  const training = trainAnomaly(plan, {
    dir,
    seed: 1,
    epochs: 1_000,
    signal: stop.signal,
    onEpoch: () => stop.abort(),
  })
  await expect(training).rejects.toThrow(/abort/)
})
