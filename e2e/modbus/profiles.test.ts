import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readPoints, ROOT } from './edge.ts'
import { type Server, startServer } from './server.ts'

const FOLDER = join(ROOT, 'firmware-config/profiles')
const PROFILES = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.yaml'))
  .map((file) => file.replace(/\.yaml$/, ''))
  .sort()
const REAL = PROFILES.filter((id) => !id.startsWith('ganzhi/'))

const unitOf = (id: string) => PROFILES.indexOf(id) + 1

let simulator: Server
let truth: Map<number, Record<string, unknown>>

beforeAll(async () => {
  const profiles = PROFILES.flatMap((id) => ['--profile', `${id}=${unitOf(id)}`])
  const main = join(ROOT, 'simulators/main.ts')
  const options = ['modbus', '--port', '0', '--at', '2026-11-21T08:00:00Z', ...profiles]
  simulator = await startServer([process.execPath, main, ...options])
  const told = (await simulator.ask('truth'))['truth'] as { unit: number; values: Record<string, unknown> }[]
  truth = new Map(told.map(({ unit, values }) => [unit, values]))
})
afterAll(() => simulator[Symbol.asyncDispose]())

test('there are profiles of at least fourteen real kinds of device', () => {
  expect(REAL.length).toBeGreaterThanOrEqual(14)
})

test.each(PROFILES)('a simulated %s is read by its profile, and every value is the true one', async (id) => {
  const connection = { host: '127.0.0.1', port: simulator.ready['port'] }
  const points = await readPoints(connection, '--profile', id, '--unit', `${unitOf(id)}`)
  const read = Object.fromEntries(points.map(({ id: point, value }) => [point, value]))
  const values = truth.get(unitOf(id)) ?? {}
  expect(new Set(points.map(({ quality }) => quality))).toEqual(new Set(['good']))
  expect(Object.keys(read).length).toBeGreaterThan(0)
  expect(read).toEqual(values)
})
