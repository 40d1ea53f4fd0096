import { setTimeout as delay } from 'node:timers/promises'
import type { Rule } from '@ganzhi/contracts/rule'
import { freePort } from '@ganzhi/deploy/stack/free-port'
import { startPostgres } from '@ganzhi/deploy/stack/postgres'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { compileRule } from '../engine/compile-rule.ts'
import { watchFrom } from '../engine/step.ts'
import { Judging } from '../live/judging.ts'
import type { RigGateway } from '../live/rig-gateway.ts'
import { type RulesRig, openRulesRig } from '../live/rules-rig.ts'

let rig: RulesRig
beforeAll(async () => {
  rig = await openRulesRig(async (dataDir) => startPostgres({ dataDir, port: await freePort() }))
})
afterAll(() => rig?.[Symbol.asyncDispose]())

const CONDITIONS = {
  lasting: { above: 10, clearBelow: 8, for: 'PT0.06S', clearFor: 'PT0.03S' },
  silent: { noData: 'PT0.09S' },
  jump: { rate: { above: 6, over: 'PT0.2S' } },
  share: { above: 9, of: { n: 2, m: 4 } },
  stuck: { stuck: 'PT0.1S', within: 2 },
}
const ruleOf = (id: string, gateway: RigGateway) =>
  ({
    id,
    for: { gateway: gateway.name, property: 'power' },
    when: CONDITIONS[id as keyof typeof CONDITIONS],
    severity: 'major',
    lateness: 'PT0S',
  }) as unknown as Rule

interface Sent {
  readonly at: number
  readonly value: number
}

/** What a rule makes of values that all came in time. */
async function inTime(rule: Rule, sent: readonly Sent[], until: number): Promise<unknown[]> {
  const { rows } = await rig.pool.query<{ at: number; version: number }>(
    'SELECT (extract(epoch FROM max(at)) * 1000)::float8 AS at, max(version) AS version FROM rule_begun WHERE rule = $1',
    [rule.id],
  )
  const { at: begun = 0, version = 0 } = rows[0] ?? {}
  const compiled = compileRule({ ...rule, version }, { openSchedule: () => expect.unreachable() })
  const judging = new Judging(compiled, watchFrom(compiled, begun), () => ({}))
  for (const { at, value } of sent.toSorted((a, b) => a.at - b.at)) {
    if (at > begun) judging.take({ kind: 'sample', at, property: 'power', value, quality: 'good' })
  }
  judging.passTo(until)
  return judging.transitions.map(({ at, from, to, value, why }) => ({ at, from, to, value, why }))
}

async function standing(gateway: RigGateway, rule: string, until: number): Promise<unknown[]> {
  const { rows } = await rig.pool.query<Record<string, unknown>>(
    `SELECT (extract(epoch FROM at) * 1000)::float8 AS at, from_state AS from, to_state AS to, value, why
     FROM alarm_transition t JOIN alarm a ON a.id = t.alarm_id
     WHERE (gateway_id, rule, device) = ($1, $2, 'meter-1') AND revised_at IS NULL AND at <= $3 ORDER BY t.at`,
    [gateway.id, rule, new Date(until)],
  )
  return rows
}

it.each([1, 2, 3])(
  'whatever comes late, what stands in the end is what all values say (%s)',
  async (seed) => {
    let state = seed * 2_654_435_761
    const random = (): number => {
      state = (Math.imul(state ^ (state >>> 15), 2_246_822_519) + 374_761_393) | 0
      return (state >>> 0) / 2 ** 32
    }
    await rig.removeRules()
    let process = rig.process()
    const gateway = await rig.gateway()
    for (const id of Object.keys(CONDITIONS)) await rig.put(ruleOf(id, gateway))
    await process.turn(gateway)
    const sent: Sent[] = []
    const withheld: Sent[] = []
    let seq = 0
    let last = Date.now()
    for (let step = 0; step < 50; step++) {
      await delay(5)
      const value = { at: (last = Math.max(Date.now(), last + 1)), value: Math.round(random() * 18) }
      sent.push(value)
      if (random() < 0.4) withheld.push(value)
      else await gateway.send(++seq, [value])
      if (random() < 0.1) await rig.checkpoint(gateway)
      if (random() < 0.6) await process.turn(gateway)
      if (random() < 0.05) {
        await process.leases.release()
        process = rig.process()
      }
      if (random() < 0.2) {
        const some = withheld.splice(Math.floor(random() * withheld.length), 3)
        if (some.length > 0) await gateway.send(++seq, some)
        if (random() < 0.5) await process.workOffLate(gateway)
      }
    }
    await process.turn(gateway)
    for (const value of withheld) await gateway.send(++seq, [value])
    await expect
      .poll(async () => (await process.turn(gateway), rig.clock(gateway)), { timeout: 30_000 })
      .toBeGreaterThan(last)
    await process.workOffLate(gateway)
    expect(await rig.late(gateway)).toEqual([])
    await process.leases.release()
    for (const id of Object.keys(CONDITIONS)) {
      const expected = await inTime(ruleOf(id, gateway), sent, last)
      expect({ id, told: await standing(gateway, id, last) }).toEqual({ id, told: expected })
    }
    const open = await rig.pool.query(
      `SELECT 1 FROM alarm a WHERE gateway_id = $1 AND NOT withdrawn AND (closed_at IS NULL) = (
       SELECT to_state = 'clear' FROM alarm_transition WHERE alarm_id = a.id AND revised_at IS NULL ORDER BY at DESC LIMIT 1)`,
      [gateway.id],
    )
    expect(open.rowCount).toBe(0)
  },
)
