import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { PointTable } from '@ganzhi/contracts/point-table'
import type { Reading } from '@ganzhi/contracts/reading'
import { systemClock } from '@ganzhi/device-drivers/clock'
import { fakeMemory } from '@ganzhi/device-drivers/fake-memory'
import { drivers } from '@ganzhi/device-drivers/registry'
import { loadProfiles } from '@ganzhi/firmware-config/profile-folder'
import { pino } from 'pino'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Acquisition, startAcquisition } from './acquisition.ts'
import { planAcquisition } from './plan.ts'

const log = pino({ enabled: false })

let simulator: ChildProcess
let port: number
beforeEach(async () => {
  const main = new URL('../../simulators/main.ts', import.meta.url).pathname
  simulator = spawn(process.execPath, [main, 'modbus', '--port', '0', '--devices', '4', '--seed', '3'])
  const [line] = (await once(simulator.stdout!, 'data')) as [Buffer]
  port = (JSON.parse(String(line)) as { port: number }).port
})
afterEach(async () => {
  simulator.kill('SIGTERM')
  await once(simulator, 'close')
})

type Rows = { device: string; property: string; reading: Reading }[]

async function acquire(): Promise<{ acquisition: Acquisition; rows: Rows; heard: Map<string, number> }> {
  const rows: Rows = []
  const heard = new Map<string, number>()
  const sink = async (table: PointTable, readings: Reading[]) => {
    for (const reading of readings) {
      const { device, property } = table.points[reading.slot]!
      rows.push({ device, property, reading })
    }
  }
  const devices = [
    { id: 'air-1', profile: 'ganzhi/air-station', unit: 1, intervalMs: 100 },
    { id: 'well-2', profile: 'ganzhi/pump-well', unit: 2, intervalMs: 100 },
    { id: 'air-3', profile: 'ganzhi/air-station', unit: 3, intervalMs: 100 },
  ]
  const connection = { host: '127.0.0.1', port, timeoutMs: 1_000 }
  const document = {
    telemetryMs: 100,
    links: [
      { id: 'block', driver: 'modbus', connection, devices },
      {
        id: 'dead',
        driver: 'modbus',
        // Nothing listens there.
        connection: { host: '127.0.0.1', port: 1 },
        devices: [{ id: 'ghost', profile: 'aquaread/leveline', unit: 1 }],
      },
    ],
  }
  const planned = planAcquisition(document, { drivers, profiles: await loadProfiles() })
  if ('faults' in planned) expect.fail(JSON.stringify(planned.faults))
  const { plan } = planned
  const facts = { memoryOf: () => fakeMemory() }
  const acquisition = await startAcquisition({
    plan,
    sink,
    onSample(device, property) {
      const point = `${device} ${property}`
      heard.set(point, 1 + (heard.get(point) ?? 0))
    },
    facts,
    clock: systemClock,
    log,
  })
  return { acquisition, rows, heard }
}

function latest(rows: Rows, device: string): Record<string, Reading> {
  return Object.fromEntries(
    rows.filter((row) => row.device === device).map(({ property, reading }) => [property, reading]),
  )
}

test('values go from simulated devices through the driver into batches, and a dead link holds nothing up', async () => {
  const started = Date.now()
  const { acquisition, rows } = await acquire()
  await expect.poll(() => rows.filter(({ property }) => property === 'pm25').length).toBeGreaterThan(4)
  await acquisition[Symbol.asyncDispose]()

  const air = latest(rows, 'air-1')
  expect(air['serial']).toMatchObject({ quality: 'good', value: 'GZ-AIR-1' })
  expect(air['temperature']?.quality).toBe('good')
  expect(air['temperature']?.value).toBeGreaterThan(-5)
  expect(air['temperature']?.value).toBeLessThan(30)
  expect(air['pressure']?.value).toBeGreaterThan(1_000)

  const well = latest(rows, 'well-2')
  const level = well['level']?.value as number
  expect(level).toBeGreaterThan(0.5)
  expect(level).toBeLessThan(3)
  expect(Math.abs((well['pressure']?.value as number) - level * 9.81)).toBeLessThan(3)
  // The well counts litres, seconds and kWh of one pump: 40 L/s at 7.5 kW.
  const seconds = well['pump_seconds']?.value as number
  expect(seconds).toBeGreaterThan(1_000_000)
  expect(well['lifted']?.value).toBeCloseTo(seconds * 0.04, 0)
  expect(well['energy']?.value).toBeCloseTo((seconds / 3_600) * 7.5, 1)

  const everything = { air: Object.values(air), well: Object.values(well) }
  expect(everything.air.map(({ quality }) => quality)).toEqual(Array(9).fill('good'))
  expect(everything.well.map(({ quality }) => quality)).toEqual(Array(9).fill('good'))
  for (const { reading } of rows) {
    expect(reading.at).toBeGreaterThanOrEqual(started)
    expect(reading.at).toBeLessThanOrEqual(Date.now())
  }
  expect(latest(rows, 'ghost')['pressure']).toMatchObject({ quality: 'bad-comm', value: null })
  expect(rows.filter(({ device }) => device === 'ghost')).toHaveLength(2)
  expect(acquisition.status()).toMatchObject({ pending: 0, lost: 0 })
})

test('who listens hears all that is read, also what is not sent because it has not changed', async () => {
  const { acquisition, rows, heard } = await acquire()
  await expect.poll(() => heard.get('air-1 serial')).toBeGreaterThan(3)
  await expect.poll(() => heard.has('ghost pressure')).toBe(true)
  await acquisition[Symbol.asyncDispose]()
  expect(rows.filter(({ device, property }) => device === 'air-1' && property === 'serial')).toHaveLength(1)
})

test('a unit that falls silent is bad once and good when it is back, and its neighbours notice nothing', async () => {
  const { acquisition, rows } = await acquire()
  await expect.poll(() => latest(rows, 'air-3')['noise']?.quality).toBe('good')
  simulator.stdin!.write('drop unit=3\n')
  await expect.poll(() => latest(rows, 'air-3')['noise']?.quality, { timeout: 10_000 }).toBe('bad-comm')
  simulator.stdin!.write('clear\n')
  await expect.poll(() => latest(rows, 'air-3')['noise']?.quality, { timeout: 20_000 }).toBe('good')
  await acquisition[Symbol.asyncDispose]()
  const noise = rows.filter(({ device, property }) => device === 'air-3' && property === 'noise')
  expect(noise.filter(({ reading }) => reading.quality !== 'good')).toHaveLength(1)
  const others = rows.filter(({ device }) => device === 'air-1' || device === 'well-2')
  expect(others.filter(({ reading }) => reading.quality !== 'good')).toEqual([])
})

test('under foreign, truncated, late and refused replies no reading is wrong', async () => {
  const { acquisition, rows } = await acquire()
  for (const line of [
    'foreign times=20',
    'truncate unit=2 times=3',
    'delay unit=1 ms=1200 times=3',
    'close times=2',
    'exception unit=1 table=input address=2 code=2',
  ]) {
    simulator.stdin!.write(`${line}\n`)
  }
  await expect.poll(() => latest(rows, 'air-1')['pm25']?.quality, { timeout: 20_000 }).toBe('bad-config')
  const good = () => rows.filter(({ reading }) => reading.quality === 'good')
  await expect.poll(() => good().length, { timeout: 20_000 }).toBeGreaterThan(100)
  expect(latest(rows, 'air-1')['pm10']?.quality).toBe('good')
  await acquisition[Symbol.asyncDispose]()
  expect(rows.filter(({ reading }) => reading.quality === 'uncertain')).toEqual([])
  for (const { property, reading } of good()) {
    const [low, high] = PLAUSIBLE[property] ?? []
    if (low !== undefined) expect(reading.value).toBeGreaterThan(low)
    if (high !== undefined) expect(reading.value).toBeLessThan(high)
  }
})

test('an exception reconnects nothing, and takes nothing from what the device answered', async () => {
  simulator.stdin!.write('exception unit=1 table=input address=2 code=2\n')
  const { acquisition, rows } = await acquire()
  await expect.poll(() => latest(rows, 'air-1')['pm25']?.quality, { timeout: 20_000 }).toBe('bad-config')
  await expect.poll(() => latest(rows, 'air-1')['noise']?.quality, { timeout: 20_000 }).toBe('good')
  const link = acquisition.status().links.find(({ id }) => id === 'block')
  expect(link).toMatchObject({ state: 'up', silent: [] })
  await acquisition[Symbol.asyncDispose]()
  const neighbours = rows.filter(({ device }) => device !== 'air-1' && device !== 'ghost')
  expect(neighbours.filter(({ reading }) => reading.quality !== 'good')).toEqual([])
  expect(rows.filter(({ reading, device }) => device === 'air-1' && reading.quality === 'bad-comm')).toEqual(
    [],
  )
})

test('a server that restarts is read again by itself, and nothing old is sent as new', async () => {
  const { acquisition, rows } = await acquire()
  await expect.poll(() => latest(rows, 'air-1')['noise']?.quality).toBe('good')
  simulator.stdin!.write('restart ms=1000\n')
  await expect.poll(() => latest(rows, 'air-1')['noise']?.quality, { timeout: 10_000 }).toBe('bad-comm')
  await expect.poll(() => latest(rows, 'air-1')['noise']?.quality, { timeout: 10_000 }).toBe('good')
  await acquisition[Symbol.asyncDispose]()
  for (const device of ['air-1', 'well-2', 'air-3']) {
    const byProperty = Map.groupBy(
      rows.filter((row) => row.device === device),
      ({ property }) => property,
    )
    for (const readings of byProperty.values()) {
      const times = readings.map(({ reading }) => reading.at)
      expect(times).toEqual(times.toSorted((x, y) => x - y))
      expect(new Set(times).size).toBe(times.length)
    }
  }
})

test('a write goes through the device, and what is asked now is what it then has', async () => {
  const { acquisition } = await acquire()
  const signal = AbortSignal.timeout(10_000)
  const before = await acquisition.readNow('well-2', ['pump', 'level'], { signal })
  expect(before.get('level')?.quality).toBe('good')
  const pump = before.get('pump')?.value === true
  await acquisition.write('well-2', 'pump', !pump, { signal })
  const after = await acquisition.readNow('well-2', ['pump'], { signal })
  expect(after.get('pump')).toMatchObject({ quality: 'good', value: !pump })
  await acquisition[Symbol.asyncDispose]()
})

const PLAUSIBLE: Record<string, [number, number]> = {
  temperature: [-5, 30],
  humidity: [20, 100.1],
  pm10: [4, 300],
  noise: [35, 90],
  pressure: [5, 1_050],
  level: [0.5, 3],
}
