import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { VALUE_TYPES } from '@ganzhi/contracts/reading'
import { freePort } from '@ganzhi/deploy/stack/free-port'
import { type Nats, startNats } from '@ganzhi/deploy/stack/nats'
import { type Postgres, startPostgres } from '@ganzhi/deploy/stack/postgres'
import { openRestorer, type Restorer } from '@ganzhi/models/anomaly/restorer'
import { scoreReading, scoreTable } from '@ganzhi/models/anomaly/score-reading'
import { scoreSteps } from '@ganzhi/models/anomaly/score-steps'
import { readSeriesCsv } from '@ganzhi/models/anomaly/series-csv'
import { stepsOf } from '@ganzhi/models/anomaly/series-steps'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { inTransaction } from '../database/pool.ts'
import { type IngestRig, openIngestRig } from '../ingest/ingest-rig.ts'
import { registerSeries } from '../register/register.ts'
import { BEGIN, lively, type Meter, minutesFrom, openMeter } from './meter-under-test.ts'
import { CARD, MINUTE, weightsUnderTest } from './model-under-test.ts'
import { ScoredDevice } from './scored-device.ts'

const signal = new AbortController().signal
const FLOAT = Uint8Array.of(VALUE_TYPES.indexOf('float'))

let dir: string
let postgres: Postgres
let nats: Nats
let rig: IngestRig
let restorer: Restorer
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'ganzhi-anomaly-'))
  postgres = await startPostgres({ dataDir: join(dir, 'pg'), port: await freePort() })
  nats = await startNats({ storeDir: join(dir, 'nats'), port: await freePort() })
  rig = await openIngestRig({ database: postgres.url, nats: nats.url })
  await rig.ingest()
  restorer = await openRestorer(weightsUnderTest(), CARD)
})
afterAll(async () => {
  await restorer?.[Symbol.asyncDispose]()
  await rig?.[Symbol.asyncDispose]()
  await nats?.stop()
  await postgres?.stop()
  await rm(dir, { recursive: true, force: true })
})

let meter: Meter
let scored: ScoredDevice
beforeEach(async () => {
  meter = await openMeter(rig)
  scored = device()
})

function device(more: Partial<Restorer> = {}): ScoredDevice {
  const { pool, store, log } = rig.options
  const model = { card: CARD, digest: '', restorer: { ...restorer, ...more } }
  return new ScoredDevice(meter.gateway.name, model, {
    pool,
    store,
    failPoint: () => {},
    now: Date.now,
    log,
    signal,
  })
}

/** The gateway says what it has accepted by a minute, until all of that is stored. */
async function stored(minute: number): Promise<void> {
  await expect
    .poll(() => {
      meter.say(minute)
      return meter.complete()
    })
    .toBeGreaterThan(BEGIN + minute * MINUTE)
}

async function followed(minute: number, scoring = scored): Promise<void> {
  await stored(minute)
  while (await scoring.follow(BEGIN + minute * MINUTE + 5_000));
}

describe('the score', () => {
  test('is one of the properties: one a step from when it is asked for, and the newest is the latest value', async () => {
    await meter.read(0, 12, lively())
    await followed(12)
    expect(await meter.scores()).toEqual([])
    await meter.read(12, 20, lively())
    await followed(20)
    const all = await meter.scores()
    expect(all.map(({ minute }) => minute)).toEqual(minutesFrom(13, 20))
    expect(
      all.every(({ value, quality }) => value !== null && value > 0 && value < 1 && quality === 'good'),
    ).toBe(true)
    const gatewayId = await rig.pool.query<{ id: number }>('SELECT id FROM gateway WHERE name = $1', [
      meter.gateway.name,
    ])
    const latest = await rig.options.store.latest({ gatewayId: gatewayId.rows[0]?.id ?? 0 })
    expect(latest).toContainEqual(
      expect.objectContaining({ at: BEGIN + 20 * MINUTE, quality: 'good', value: all.at(-1)?.value }),
    )
  })

  test('is what `ganzhi model score` gives of the exported series', async () => {
    await meter.read(0, 1, lively())
    await followed(1)
    await meter.read(1, 20, lively())
    await meter.read(20, 40, (i) => (i < 30 ? { value: 21 } : { value: 60 + i }))
    await followed(40)
    const { rows } = await rig.pool.query<{ id: number }>(
      `SELECT s.id FROM series s JOIN gateway g ON g.id = gateway_id WHERE g.name = $1 AND property = 'power'`,
      [meter.gateway.name],
    )
    const file = join(dir, `${meter.gateway.name}.csv`)
    const query = { seriesIds: rows.map(({ id }) => id), from: BEGIN, to: BEGIN + 60 * MINUTE }
    await writeFile(file, rig.options.store.exportCsv(query))
    const { series } = await readSeriesCsv(file, { signal })
    const steps = stepsOf(series, { stepMs: MINUTE, holdMs: 180_000, window: CARD.window })
    const expected = (await scoreSteps(steps, CARD, restorer)).flatMap(({ at, score }) =>
      score === null ? [] : [{ minute: (at - BEGIN) / MINUTE, value: scoreReading(at, score).value }],
    )
    // It begins with a file's first reading, and does not end the step of the last.
    const [first, last] = [expected[0]?.minute ?? 0, expected.at(-1)?.minute ?? 0]
    const all = await meter.scores()
    const good = all.filter(({ minute, value }) => value !== null && minute >= first && minute <= last)
    expect(good.map(({ minute, value }) => ({ minute, value }))).toEqual(expected)
    expect(expected.length).toBeGreaterThan(30)
    expect(Math.max(...good.map(({ value }) => value ?? 0))).toBeGreaterThan(CARD.alarm)
  })

  test('does not depend on when it is computed, and by which process', async () => {
    const readAll = async () => {
      await meter.read(10, 20, lively())
      // Held from one window into the next.
      await meter.read(20, 40, (i) => (i % 8 === 0 ? { value: 18 + (i % 5) } : undefined))
      await meter.read(40, 50, () => ({ value: 21 }))
    }
    await meter.read(0, 10, lively())
    await followed(10)
    await readAll()
    await followed(50)
    const once = await meter.scores()
    meter = await openMeter(rig)
    await meter.read(0, 10, lively())
    await followed(10, device())
    await readAll()
    for (let minute = 11; minute <= 50; minute += 3) await followed(minute, device())
    expect(once.map(({ minute }) => minute)).toEqual(minutesFrom(11, 50))
    expect(await meter.scores()).toEqual(once)
  })

  test('is not known while the device fails, which is said once, whoever says it', async () => {
    await meter.read(0, 12, lively())
    await followed(12)
    await meter.read(12, 20, lively())
    await meter.read(20, 40, (i) =>
      i === 0 ? { quality: 'bad-comm', value: null } : { slot: 1, value: 'off' },
    )
    await followed(25)
    await followed(30, device())
    await followed(40, device())
    const all = await meter.scores()
    expect(all.at(-1)).toMatchObject({ value: null, quality: 'uncertain' })
    expect(all.filter(({ value }) => value === null)).toHaveLength(1)
    expect(all.at(-1)?.minute).toBe(21)
  })

  test('is not known where the model fails, and is again when it does not', async () => {
    await meter.read(0, 12, lively())
    let failing = true
    const failingAtFirst = device({
      restore: (windows) =>
        failing ? Promise.reject(new Error('no such tensor')) : restorer.restore(windows),
    })
    await followed(12, failingAtFirst)
    await meter.read(12, 20, lively())
    await followed(15, failingAtFirst)
    failing = false
    await followed(20, failingAtFirst)
    expect((await meter.scores()).map(({ minute, quality }) => [minute, quality])).toEqual([
      [13, 'uncertain'],
      ...minutesFrom(16, 20).map((minute) => [minute, 'good']),
    ])
  })

  test('waits until all is stored that the gateway had accepted', async () => {
    await meter.read(0, 12, lively())
    await followed(12)
    const late = meter.gateway.batch([{ at: BEGIN + 12.5 * MINUTE }])
    meter.seq += 1
    await meter.read(13, 20, lively())
    meter.say(20)
    await expect.poll(() => meter.gateway.told('telemetry')?.holes).toEqual([[2, 2]])
    await expect.poll(() => meter.complete()).toBeUndefined()
    await meter.gateway.send('telemetry', 2, late)
    await followed(20)
    expect((await meter.scores()).map(({ minute }) => minute)).toEqual(minutesFrom(13, 20))
  })
})

test('two processes that follow the same device store each score once', async () => {
  await meter.read(0, 12, lively())
  await followed(12)
  await meter.read(12, 150, lively())
  await stored(150)
  const others = [scored, device(), device()]
  const at = BEGIN + 150 * MINUTE + 5_000
  for (let more = true; more;) more = (await Promise.all(others.map((one) => one.follow(at)))).includes(true)
  expect((await meter.scores()).map(({ minute }) => minute)).toEqual(minutesFrom(13, 150))
})

describe('a device that its gateway scores', () => {
  /** As if the gateway had sent it. */
  async function sent(minute: number): Promise<void> {
    const at = BEGIN + minute * MINUTE
    const { pool, store } = rig.options
    const { rows } = await pool.query<{ id: number }>('SELECT id FROM gateway WHERE name = $1', [
      meter.gateway.name,
    ])
    const gatewayId = rows[0]?.id ?? 0
    await inTransaction(pool, async (tx) => {
      const { points } = scoreTable('meter-1')
      const series = await registerSeries(tx, gatewayId, points)
      const { value } = scoreReading(at, 0.25)
      const rows = {
        count: 1,
        slots: Uint32Array.of(0),
        at: Float64Array.of(at),
        quality: Uint8Array.of(0),
        values: [value],
      }
      const batch = { gatewayId, epoch: 77n, seq: minute, ...series, typeOfSlot: FLOAT, rows }
      await store.write(tx, [batch], { now: Date.now() })
    })
  }

  test('is left to it', async () => {
    await meter.read(0, 12, lively())
    await followed(12)
    await meter.read(12, 30, lively())
    for (const minute of [14, 15, 16]) {
      await sent(minute)
      await followed(minute)
    }
    await followed(30)
    await followed(30, device())
    expect((await meter.scores()).map(({ minute }) => minute)).toEqual([14, 15, 16])
  })

  test('is scored here when the gateway has not sent a score for a day', async () => {
    await meter.read(0, 12, lively())
    const day = 24 * 60
    const from = BEGIN - 2 * day * MINUTE
    await stored(12)
    await scored.follow(from)
    await sent(5 - 2 * day)
    while (await scored.follow(BEGIN - MINUTE));
    expect((await meter.scores()).map(({ minute, quality }) => [minute, quality])).toEqual([
      [5 - 2 * day, 'good'],
      [6 - day, 'uncertain'],
    ])
  })
})

test('a device that nothing was ever heard of is waited for', async () => {
  await stored(1)
  expect(await scored.follow(BEGIN)).toBe(false)
  expect(await meter.scores()).toEqual([])
})
