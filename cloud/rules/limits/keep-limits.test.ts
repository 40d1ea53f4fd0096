import type { Rule } from '@ganzhi/contracts/rule'
import { freePort } from '@ganzhi/deploy/stack/free-port'
import { startPostgres } from '@ganzhi/deploy/stack/postgres'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { putRule } from '../book/put-rule.ts'
import { type HistoryRig, openHistoryRig } from '../history/history-rig.ts'
import { HOUR_MS, hourOf } from './history-number.ts'
import { keepLimits } from './keep-limits.ts'

let on: HistoryRig
beforeAll(async () => {
  on = await openHistoryRig(async (dataDir) => startPostgres({ dataDir, port: await freePort() }))
}, 120_000)
afterAll(() => on?.[Symbol.asyncDispose]())

it('writes the limits of rules that count and of open alarms, of each device that they are for', async () => {
  const rule = (id: string, of: string, days: number): Rule => ({
    id,
    version: 1,
    for: { gateway: 'gw', property: of },
    when: { devices: { atLeast: 1, when: { below: { percentile: 10, days } } } },
    each: 'grid',
    severity: 'minor',
  })
  await putRule(on.pool, rule('counts', 'level', 2), 'test', { alarms: 'keep' })
  await putRule(on.pool, rule('off', 'level', 3), 'test', { alarms: 'keep', enabled: false })
  await putRule(on.pool, rule('open', 'level', 4), 'test', { alarms: 'keep', enabled: false })
  const { gatewayId } = await on.point('other', 'pump', 'level')
  for (const device of ['a', 'b']) {
    const level = await on.point('gw', device, 'level')
    const at = hourOf(Date.now()) - 24 * HOUR_MS
    // Whatever the hour is in which it is written.
    await on.write([at, at + HOUR_MS].map((hour) => [level, hour, device === 'a' ? 3 : 4] as const))
  }
  await on.store.refreshRollups({ now: Date.now() })
  await on.pool.query(
    `INSERT INTO alarm (rule, version, target, gateway_id, device, severity, opened_at, changed_at) VALUES ('open', 1, 'x', $1, 'pump', 'minor', now(), now())`,
    [gatewayId],
  )
  const stopping = new AbortController()
  const { signal } = stopping
  const log = pino({ level: 'silent' })
  const both = [1, 2].map(() => keepLimits({ pool: on.pool, store: on.store, log, signal }))
  const written = async () => {
    const { rows } = await on.pool.query<{ device: string; property: string; value: number | null }>(
      `SELECT device, property, value FROM samples JOIN series s ON s.id = series_id WHERE property LIKE '%\\_low' ORDER BY 1, 2, ts`,
    )
    return rows.map(({ device, property, value }) => [device, property, value])
  }
  await expect.poll(written, { timeout: 30_000 }).toEqual([
    ['a', 'level_p10_2d_low', 3],
    ['a', 'level_p10_4d_low', null],
    ['b', 'level_p10_2d_low', 4],
    ['b', 'level_p10_4d_low', null],
  ])
  stopping.abort()
  await Promise.all(both)
  expect(await written()).toHaveLength(4)
})
