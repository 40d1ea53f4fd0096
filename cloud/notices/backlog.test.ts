import { randomUUID } from 'node:crypto'
import type { Notice } from '@ganzhi/contracts/notice'
import { freePort } from '@ganzhi/deploy/stack/free-port'
import { startPostgres } from '@ganzhi/deploy/stack/postgres'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { noFailPoint } from '../ingest/fail-point.ts'
import type { RigGateway } from '../rules/live/rig-gateway.ts'
import { type RigProcess, type RulesRig, openRulesRig } from '../rules/live/rules-rig.ts'
import { chinaSurroundings } from '../rules/schedule/surroundings.ts'
import { takeNoticeTurn } from './take-notice-turn.ts'

let rig: RulesRig
let process: RigProcess
let gateway: RigGateway
beforeAll(async () => {
  rig = await openRulesRig(async (dataDir) => startPostgres({ dataDir, port: await freePort() }))
  process = rig.process()
  gateway = await rig.gateway()
})
afterAll(() => rig?.[Symbol.asyncDispose]())

const SOON = { timeout: 30_000 }
const DAY_MS = 86_400_000
const surroundings = await chinaSurroundings()

/** What is remembered is read anew each time. */
async function told(): Promise<Pick<Notice, 'kind' | 'count' | 'digest'>[]> {
  await rig.pool.query(`UPDATE notice_follower SET held_until = '-infinity'`)
  const options = { pool: rig.pool, leaseMs: 10_000, surroundings, failPoint: noFailPoint }
  await takeNoticeTurn(randomUUID(), undefined, options)
  const { rows } = await rig.pool.query<{ document: Notice }>('SELECT document FROM notice ORDER BY id')
  return rows.map(({ document: { kind, count, digest } }) => ({ kind, count, digest }))
}

/** As if the last late transition had come so much earlier. */
async function setDigestBack(ms: number): Promise<void> {
  const { rows } = await rig.pool.query<{ gathering: string }>('SELECT gathering FROM notice_follower')
  const gathering = JSON.parse(rows[0]?.gathering ?? '') as { digest: { lastAt: number } }
  gathering.digest.lastAt -= ms
  await rig.pool.query('UPDATE notice_follower SET gathering = $1', [JSON.stringify(gathering)])
}

it('a backlog of seven days beside live data is told in one digest, and what is now by itself', async () => {
  const rule = {
    for: { gateway: gateway.name, property: 'power' },
    when: { above: 10 },
    severity: 'major',
  } as const
  await rig.put({ id: 'power', ...rule, lateness: 'PT0S' })
  await process.turn(gateway)
  await rig.setBack(gateway, 8 * DAY_MS)
  await rig.checkpoint(gateway, { only: true })
  await process.leases.release()
  process = rig.process()
  const now = Date.now()
  await gateway.send(1, [{ at: now, value: 11, device: 'meter-2' }])
  const judged = async () => (await process.turn(gateway), rig.clock(gateway))
  await expect.poll(judged, SOON).toBeGreaterThan(now)
  for (const day of [7, 6, 5, 4, 3, 2, 1]) {
    const at = now - day * DAY_MS
    await gateway.send(9 - day, [
      { at, value: 11 },
      { at: at + 60_000, value: 3 },
    ])
    await process.turn(gateway)
  }
  await process.workOffLate(gateway)
  const live = { kind: 'raised', count: 1, digest: null }
  expect(await told()).toEqual([live])
  await setDigestBack(60_000)
  expect(await told()).toEqual([
    live,
    {
      kind: 'digest',
      count: 7,
      digest: {
        from: new Date(now - 7 * DAY_MS).toISOString(),
        until: new Date(now - DAY_MS + 60_000).toISOString(),
        raised: 7,
        ended: 7,
        revised: 0,
      },
    },
  ])
  expect(await told()).toHaveLength(2)
})
