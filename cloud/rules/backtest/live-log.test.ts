import type { Rule } from '@ganzhi/contracts/rule'
import { freePort } from '@ganzhi/deploy/stack/free-port'
import { startPostgres } from '@ganzhi/deploy/stack/postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { compileRule } from '../engine/compile-rule.ts'
import { devicesInScope } from '../history/stored-devices.ts'
import { type RulesRig, openRulesRig } from '../live/rules-rig.ts'
import { chinaSurroundings } from '../schedule/surroundings.ts'
import { storedBacktest } from './stored-backtest.ts'

const MINUTE = 60_000
const DAYS_BACK = 2 * 1_440 * MINUTE
const LATENESS_MS = 10_000
const DEVICES = ['meter-1', 'meter-2', 'meter-3']

let rig: RulesRig
beforeAll(async () => {
  rig = await openRulesRig(async (dataDir) => startPostgres({ dataDir, port: await freePort() }))
}, 180_000)
afterAll(() => rig?.[Symbol.asyncDispose]())

const RULES = {
  'levels with their durations': {
    levels: [
      { severity: 'minor', when: { above: 70, clearBelow: 60, for: 'PT40M' } },
      { severity: 'major', when: { above: 90, for: 'PT20M' } },
    ],
  },
  silence: { when: { noData: 'PT30M' }, severity: 'info' },
}

test.each(Object.entries(RULES))(
  '%s: what was told live is told again by what was stored',
  async (_, fields) => {
    const gateway = await rig.gateway()
    const before = rig.process()
    const id = `r-${gateway.id}`
    await rig.put({ id, for: { property: 'power', gateway: gateway.name }, ...fields })
    await before.turn(gateway)
    // All is as if the rule had counted for two days.
    await rig.setBack(gateway, DAYS_BACK)
    await rig.pool.query('DELETE FROM rule_state')
    const { rows: since } = await rig.pool.query<{ at: Date }>('SELECT at FROM rule_begun WHERE rule = $1', [
      id,
    ])
    const begun = since[0]?.at.getTime() ?? 0
    await before.leases.release()

    for (let minute = 10; minute < 1_440; minute += 20) {
      const at = begun + minute * MINUTE
      const row = DEVICES.flatMap((device, n) =>
        (minute / 10 + n) % 7 < 2
          ? []
          : [{ device, at, value: Math.round(75 + 30 * Math.sin(minute / 150 + n)) }],
      )
      await gateway.send(minute, row, 'stored', at + 1_000)
    }
    const after = rig.process()
    await after.turn(gateway)
    await after.leases.release()
    const { rows: live } = await rig.pool.query<{ id: string; why: unknown }>(
      `SELECT t.id, t.why FROM alarm_transition t JOIN alarm a ON a.id = t.alarm_id WHERE a.rule = $1 ORDER BY t.id`,
      [id],
    )
    expect(live.length).toBeGreaterThan(5)

    const { rows } = await rig.pool.query<{ document: Rule }>(
      'SELECT document FROM rule_version WHERE rule = $1',
      [id],
    )
    const rule = rows[0]?.document as Rule
    const span = { from: begun + 1, to: (await rig.clock(gateway)) - LATENESS_MS + 1 }
    const compiled = compileRule(rule, await chinaSurroundings())
    const [told] = await storedBacktest(
      {
        url: rig.pool.options.connectionString ?? '',
        rules: [rule],
        devices: await devicesInScope(rig.pool, rule.for, compiled, span),
        span,
        mostTransitions: 1_000,
      },
      { signal: AbortSignal.timeout(120_000) },
    )
    const again = told?.transitions.map(({ id: each, why }) => ({ id: each, why }))
    expect(again?.toSorted((a, b) => (a.id < b.id ? -1 : 1))).toEqual(live)
  },
  180_000,
)
