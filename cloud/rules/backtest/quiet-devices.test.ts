import type { Rule } from '@ganzhi/contracts/rule'
import { freePort } from '@ganzhi/deploy/stack/free-port'
import { startPostgres } from '@ganzhi/deploy/stack/postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { compileRule } from '../engine/compile-rule.ts'
import { type HistoryRig, type RigPoint, openHistoryRig } from '../history/history-rig.ts'
import { devicesInScope } from '../history/stored-devices.ts'
import { chinaSurroundings } from '../schedule/surroundings.ts'
import { storedBacktest } from './stored-backtest.ts'

const MINUTE = 60_000
const DAY = 1_440 * MINUTE
const BEGIN = Math.floor(Date.now() / DAY) * DAY - 4 * DAY
/** The second and the third day are whole. */
const span = { from: BEGIN + 6 * 60 * MINUTE, to: BEGIN + 3.5 * DAY }

let on: HistoryRig
let calm: RigPoint
beforeAll(async () => {
  on = await openHistoryRig(async (dataDir) => startPostgres({ dataDir, port: await freePort() }))
  calm = await on.point('gw', 'calm', 'level')
  await on.write(values((i) => 20 + Math.abs(i % 7)).map(([at, value]) => [calm, at, value]))
  const loud = await on.point('gw', 'loud', 'level')
  // From the end of a day into the next, of which all values but the first are below.
  await on.write(values((i) => (i >= 45 && i < 49 ? 90 : 30)).map(([at, value]) => [loud, at, value]))
  await rollUp()
}, 180_000)
afterAll(() => on?.[Symbol.asyncDispose]())

/** Each half an hour, `i` from the second day on. */
function values(valueOf: (i: number) => number): (readonly [at: number, value: number])[] {
  return Array.from({ length: 4 * 48 }, (_, n) => [BEGIN + n * 30 * MINUTE, valueOf(n - 48)] as const)
}

async function rollUp(): Promise<void> {
  for (let marks = 1; marks > 0; { marks } = await on.store.backlog()) {
    await on.store.refreshRollups({ now: Date.now() })
  }
}

async function tried(fields: object = {}) {
  const when = { above: 75, clearBelow: 70, for: 'PT20M', clearFor: 'PT30M' }
  const rule = { id: 'r', version: 1, for: { property: 'level' }, when, severity: 'minor', ...fields } as Rule
  const devices = await devicesInScope(on.pool, rule.for, compileRule(rule, await chinaSurroundings()), span)
  const [result] = await storedBacktest(
    { url: on.url, rules: [rule], devices, span, mostTransitions: 1_000 },
    { signal: AbortSignal.timeout(60_000) },
  )
  return result
}

const hour = (hours: number) => new Date(BEGIN + DAY + hours * 60 * MINUTE).toISOString()

test('the days on which no value is beyond a limit count, though they are passed over', async () => {
  const result = await tried()
  expect(result?.transitions.map(({ at, target, to }) => [at, target, to])).toEqual([
    [hour(22.5 + 1 / 3), 'gw/loud', 'minor'],
    [hour(25), 'gw/loud', 'clear'],
  ])
  expect(result?.inputs).toBe(2 * 3.25 * 48)
  expect(result?.seen).toMatchObject([
    { samples: 2 * 3.25 * 48, unusable: 0, lowest: { value: 20 }, highest: { value: 90 } },
  ])
})

test('the lowest and the highest value are told with their times, though their days were passed over', async () => {
  const result = await tried({ when: { above: 1_000 } })
  expect(result?.seen).toMatchObject([
    { lowest: { value: 20, target: 'gw/calm' }, highest: { value: 90, target: 'gw/loud', at: hour(22.5) } },
  ])
})

test('what came after the roll-up of its day is not passed over', async () => {
  await on.write([[calm, BEGIN + 2.5 * DAY, 99]])
  const late = await tried({ when: { above: 75 } })
  expect(late?.transitions).toContainEqual(
    expect.objectContaining({ target: 'gw/calm', at: hour(36), value: 99 }),
  )
})

test('what is passed over is not read, and a rule that counts silence passes over nothing', async () => {
  const { rowCount } = await on.pool.query(
    'DELETE FROM samples WHERE series_id = $1 AND ts >= $2 AND ts < $3',
    [calm.id, new Date(BEGIN + DAY), new Date(BEGIN + 2 * DAY)],
  )
  expect(rowCount).toBe(48)
  expect((await tried())?.inputs).toBe(2 * 3.25 * 48 + 1)
  const silence = { any: [{ above: 75, for: 'PT20M' }, { noData: 'PT2H' }] }
  const looked = await tried({ when: silence })
  expect(looked?.inputs).toBe(2 * 3.25 * 48 + 1 - 48)
  expect(looked?.transitions).toContainEqual(expect.objectContaining({ target: 'gw/calm', to: 'minor' }))
})
