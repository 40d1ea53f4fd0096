import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type pg from 'pg'
import { test } from 'vitest'

import { type Lab, startLab } from '../faults/lab/lab.ts'
import { openIntakeClient } from '../faults/load/intake-client.ts'
import { until } from '../faults/until.ts'
import { putRules, type RuleDocument } from './put-rules.ts'

const WITHIN_MS = 400_000
const CONDITION = { timeout: 180_000, interval: 200 }
const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS

interface Reading {
  readonly device?: string
  readonly value: number
  readonly at?: number
}

interface Scene extends AsyncDisposable {
  readonly lab: Lab
  /** Hands in what devices read just now, or at other times; fails where it is not accepted. */
  tell(...readings: readonly Reading[]): Promise<void>
  readonly query: <Row extends pg.QueryResultRow>(text: string, values?: unknown[]) => Promise<Row[]>
}

/** One gateway, and a process that judges by these rules. */
async function openScene(rules: readonly RuleDocument[]): Promise<Scene> {
  await using begun = new AsyncDisposableStack()
  const directory = await mkdtemp(join(tmpdir(), 'ganzhi-alarm-scene-'))
  begun.defer(() => rm(directory, { recursive: true, force: true }))
  const lab = begun.use(await startLab(directory, { gateways: 1, rulers: 1 }))
  const client = openIntakeClient(lab.gateways[0].intake)
  begun.defer(() => client.close())
  const query: Scene['query'] = async (text, values) =>
    await lab.postgres.withClient(async (database) => (await database.query(text, values)).rows)
  const hasTables = async () => {
    const [row] = await query<{ known: string | null }>(`SELECT to_regclass('notice_policy') AS known`)
    return row?.known
  }
  await until('tables of notices', hasTables, { withinMs: CONDITION.timeout })
  await lab.postgres.withClient((database) => putRules(database, rules))
  const owned = begun.move()
  return {
    lab,
    query,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
    async tell(...told) {
      await client.connected(AbortSignal.timeout(CONDITION.timeout))
      const readings = told.map(({ device = 'meter-1', value, at = Date.now() }) => {
        const point = { device, property: 'level', type: 'float' } as const
        return { point, at, quality: 'good' as const, value }
      })
      const answer = await client.submit({ lane: 'telemetry', readings })
      if (answer.kind !== 'accepted') throw new Error(`the gateway's answer is ${answer.kind}`)
    },
  }
}

const countAlarms = ({ query }: Scene) =>
  query<{ rule: string; open: boolean; count: number }>(
    'SELECT rule, closed_at IS NULL AS open, count(*)::int AS count FROM alarm GROUP BY 1, 2',
  )

// They wait far more than they work.
test.concurrent(
  'a gateway that dies with 500 devices is one alarm, and stays the only one when it is back',
  async ({ expect }) => {
    await using scene = await openScene([
      {
        id: 'silent',
        for: { property: 'level' },
        when: { noData: 'PT4S' },
        severity: 'major',
        lateness: 'PT1S',
      },
      {
        id: 'dead',
        each: 'gateway',
        for: {},
        when: { offline: 'PT6S' },
        severity: 'critical',
        lateness: 'PT1S',
      },
    ])
    const devices = Array.from({ length: 500 }, (_, i) => ({ device: `meter-${i}`, value: i }))
    const clockIsAt = async () => {
      const [row] = await scene.query<{ at: number }>(
        'SELECT extract(epoch FROM min(clock))::float8 AS at FROM rule_partition WHERE id IN (SELECT id % 16 FROM gateway)',
      )
      return row?.at ?? 0
    }
    const [gateway] = scene.lab.gateways
    for (let i = 0; i < 5; i++) await scene.tell(...devices)
    await expect
      .poll(() => scene.query('SELECT count(*)::int AS n FROM series'), CONDITION)
      .toEqual([{ n: 500 }])
    await scene.tell(...devices)

    await gateway.kill()
    await expect.poll(() => countAlarms(scene), CONDITION).toEqual([{ rule: 'dead', open: true, count: 1 }])
    const died = await clockIsAt()
    await expect.poll(clockIsAt, CONDITION).toBeGreaterThan(died + 10)
    expect(await countAlarms(scene)).toEqual([{ rule: 'dead', open: true, count: 1 }])

    await gateway.start()
    await expect
      .poll(async () => {
        await scene.tell(...devices)
        return await countAlarms(scene)
      }, CONDITION)
      .toEqual([{ rule: 'dead', open: false, count: 1 }])
    const back = await clockIsAt()
    await expect
      .poll(async () => {
        await scene.tell(...devices)
        return await clockIsAt()
      }, CONDITION)
      .toBeGreaterThan(back + 6)
    expect(await countAlarms(scene)).toEqual([{ rule: 'dead', open: false, count: 1 }])
  },
  WITHIN_MS,
)

test.concurrent(
  'a sensor that flaps makes two messages: that it is high, and that it has settled',
  async ({ expect }) => {
    await using scene = await openScene([
      { id: 'high', for: { property: 'level' }, when: { above: 10 }, severity: 'major', lateness: 'PT10S' },
    ])
    await shortPolicy(scene)
    for (let i = 0; i < 60; i++) await scene.tell({ value: i % 2 === 0 ? 15 : 5 })
    const told = () =>
      scene.query("SELECT kind, (document->>'withheldBy') AS withheld FROM notice ORDER BY id")
    await expect.poll(told, CONDITION).toContainEqual({ kind: 'ended', withheld: null })
    expect(await told()).toEqual([
      { kind: 'raised', withheld: null },
      { kind: 'ended', withheld: null },
    ])
    const [transitions] = await scene.query<{ count: number }>(
      'SELECT count(*)::int AS count FROM alarm_transition',
    )
    expect(transitions?.count).toBe(60)
  },
  WITHIN_MS,
)

test.concurrent(
  'a backlog of seven days beside live data raises the alarms of those days once, late, in one digest, and none of now',
  async ({ expect }) => {
    await using scene = await openScene([
      {
        id: 'high',
        for: { property: 'level' },
        when: { above: 10, clearBelow: 8, for: 'PT20M' },
        severity: 'major',
        lateness: 'PT1S',
      },
    ])
    await shortPolicy(scene)
    await expect
      .poll(() => scene.query('SELECT count(*)::int AS partitions FROM rule_begun'), CONDITION)
      .toEqual([{ partitions: 16 }])
    // The rule is not of today.
    await Promise.all(scene.lab.rulers.map((ruler) => ruler.stop()))
    await scene.query(`UPDATE rule_begun SET at = at - interval '9 days'`)
    await scene.query('DELETE FROM rule_checkpoint_state')
    await scene.query(`UPDATE rule_checkpoint SET at = at - interval '8 days'`)
    await scene.lab.heal()

    const now = Date.now()
    for (let day = 7; day > 0; day--) {
      // One reading in ten minutes; around noon an hour of them is high.
      const backlog = Array.from({ length: 143 }, (_, i) => ({
        value: i >= 72 && i < 78 ? 15 : 5,
        at: now - day * DAY_MS + i * 10 * MINUTE_MS,
      }))
      await scene.tell(...backlog)
      await scene.tell({ value: 6 })
    }
    const digests = () =>
      scene.query(
        `SELECT kind, document->'digest'->'raised' AS raised, document->'digest'->'ended' AS ended FROM notice`,
      )
    await expect.poll(digests, CONDITION).toEqual([{ kind: 'digest', raised: 7, ended: 7 }])
    expect(
      await scene.query(
        `SELECT to_state, late, revised_at IS NOT NULL AS revised, count(*)::int AS count FROM alarm_transition GROUP BY 1, 2, 3 ORDER BY 1`,
      ),
    ).toEqual([
      { to_state: 'clear', late: true, revised: false, count: 7 },
      { to_state: 'major', late: true, revised: false, count: 7 },
    ])
    expect(await countAlarms(scene)).toEqual([{ rule: 'high', open: false, count: 7 }])
  },
  WITHIN_MS,
)

/** People are told within seconds, that a test need not wait for minutes. */
async function shortPolicy({ query }: Scene): Promise<void> {
  const policy = {
    settle: 'PT5S',
    flapping: { changes: 6, within: 'PT10S' },
    group: { by: 'gateway', window: 'PT1S' },
    inhibit: [],
    reminders: {},
    escalation: {},
  }
  await query(`INSERT INTO notice_policy (policy, author) VALUES ($1, 'lab')`, [JSON.stringify(policy)])
  // Says that it was changed.
  await query('INSERT INTO notice_inbox DEFAULT VALUES')
}
