import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Rule } from '@ganzhi/contracts/rule'
import type { AlarmsAtChange } from '@ganzhi/contracts/rule-view'
import { openCalendar } from '@ganzhi/firmware-config/calendars/calendar'
import type { Pool } from 'pg'
import pino from 'pino'
import { placeDevices } from '../../areas/place-devices.ts'
import { migrate } from '../../database/migrate.ts'
import { inTransaction, openPool } from '../../database/pool.ts'
import { noFailPoint } from '../../ingest/fail-point.ts'
import { turnLedgerDay } from '../../ledger/ledger-day.ts'
import { openSeriesStore } from '../../series-store/open-series-store.ts'
import { workOffLateDevice } from '../late/work-off-late.ts'
import { openSchedule } from '../schedule/rule-schedule.ts'
import { HeldPartition } from './held-partition.ts'
import { PARTITIONS, openLeases } from './partition-leases.ts'
import { type RigGateway, openRigGateway, storeRigTable } from './rig-gateway.ts'
import { type RuleBook, openRuleBook } from './rule-book.ts'
import { openTableReader } from './table-reader.ts'
import { type TurnOptions, takeTurn } from './take-turn.ts'

const log = pino({ level: process.env['TEST_LOG'] ?? 'silent' })

/** For tests: rules over a real ledger, without ingest before it. */
export interface RulesRig extends AsyncDisposable {
  readonly pool: Pool
  readonly options: TurnOptions
  /** Another version counts, or none. */
  put(rule: Omit<Rule, 'version'>, more?: { enabled?: boolean; alarms?: AlarmsAtChange }): Promise<void>
  gateway(): Promise<RigGateway>
  /** Another process as far as PostgreSQL can tell. */
  process(more?: Partial<TurnOptions>, bookOf?: (book: RuleBook) => RuleBook): RigProcess
  alarms(gateway: RigGateway): Promise<RigAlarm[]>
  late(gateway: RigGateway): Promise<unknown[]>
  faults(): Promise<unknown[]>
  /** How far the platform's time has come for a gateway. */
  clock(gateway: RigGateway): Promise<number>
  /** Its partition keeps what it remembers when it has its next turn; with `only`, there was none before. */
  checkpoint(gateway: RigGateway, more?: { only: true }): Promise<void>
  /** All that was done of its partition was done so much earlier. */
  setBack(gateway: RigGateway, ms: number): Promise<void>
  place(
    gateway: RigGateway,
    device: string,
    tags: readonly string[],
    attributes: Readonly<Record<string, number>>,
  ): Promise<void>
  removeRules(): Promise<void>
}

export interface RigAlarm {
  readonly rule: string
  readonly device: string
  readonly dimension: string
  readonly severity: string
  readonly open: boolean
  readonly withdrawn: boolean
  readonly transitions: readonly { from: string; to: string; at: number; late: boolean; revised: boolean }[]
}

export interface RigProcess {
  readonly leases: ReturnType<typeof openLeases>
  /** Takes all that there is of a gateway's partition, as often as it takes. */
  turn(gateway: RigGateway): Promise<void>
  /** Runs over again all that was noted as late. */
  workOffLate(gateway: RigGateway): Promise<void>
}

export async function openRulesRig(
  startServer: (dataDir: string) => Promise<AsyncDisposable & { readonly url: string }>,
): Promise<RulesRig> {
  await using begun = new AsyncDisposableStack()
  const dir = await mkdtemp(join(tmpdir(), 'ganzhi-rules-'))
  begun.defer(() => rm(dir, { recursive: true, force: true }))
  const server = begun.use(await startServer(join(dir, 'data')))
  const pool = openPool({ url: server.url, role: 'ingest', log })
  begun.defer(() => pool.end())
  await migrate(pool, { log })
  const client = await pool.connect()
  await turnLedgerDay(client, 5_000)
  client.release()
  await storeRigTable(pool)
  const store = await openSeriesStore({ pool, log, backend: 'postgres' })
  const calendar = openCalendar({ years: [] } as never)
  const optionsOf = (): TurnOptions => ({
    pool,
    leaseMs: 10_000,
    book: openRuleBook({ openSchedule: (schedule) => openSchedule(schedule, calendar) }, log),
    tables: openTableReader(),
    retentionDays: 90,
    failPoint: noFailPoint,
    log,
  })
  const owned = begun.move()
  let versions = 0

  return {
    pool,
    options: optionsOf(),
    async put(rule, { enabled = true, alarms = 'keep' } = {}) {
      const version = ++versions
      await inTransaction(pool, async (tx) => {
        await tx.query('INSERT INTO rule_version (rule, version, document, author) VALUES ($1, $2, $3, $4)', [
          rule.id,
          version,
          JSON.stringify({ ...rule, version }),
          'test',
        ])
        await tx.query(
          `INSERT INTO rule (id, version, enabled, alarms) VALUES ($1, $2, $3, $4)
           ON CONFLICT (id) DO UPDATE SET version = $2, enabled = $3, alarms = $4, changed_at = now()`,
          [rule.id, version, enabled, alarms],
        )
        await tx.query('UPDATE rule_revision SET revision = revision + 1')
      })
    },
    gateway: () => openRigGateway(pool, store),
    process(more = {}, bookOf = (book) => book) {
      const own = optionsOf()
      const options = { ...own, book: bookOf(own.book), ...more }
      const leases = openLeases({ pool, leaseMs: options.leaseMs, frozenAfterMs: options.leaseMs, log })
      let held: HeldPartition | undefined
      const turn = async ({ id }: RigGateway): Promise<HeldPartition> => {
        const partition = id % PARTITIONS
        const lease = (await leases.renew()).find((each) => each.partition === partition)
        if (!lease) throw new Error(`partition ${partition} is another's`)
        const isSame = held?.lease.token === lease.token && held.lease.partition === partition
        const turned = held && isSame ? held : new HeldPartition(lease)
        held = turned
        for (let behind = true; behind;) {
          ;({ behind } = await turned.transact(async (known) => takeTurn(lease, known, options)))
        }
        return turned
      }
      return {
        leases,
        async turn(gateway) {
          await turn(gateway)
        },
        async workOffLate(gateway) {
          const partition = await turn(gateway)
          const { signal } = new AbortController()
          while (
            await workOffLateDevice(
              [partition],
              { settleMs: 0, atMostMs: 0, retryMs: 0 },
              { ...options, signal },
            )
          );
        },
      }
    },
    async alarms({ id }) {
      const { rows } = await pool.query<RigAlarm>(
        `SELECT rule, device, dimension, severity, closed_at IS NULL AS open, withdrawn, (
           SELECT json_agg(json_build_object('from', from_state, 'to', to_state, 'at', (extract(epoch FROM at) * 1000)::int8,
             'late', late, 'revised', revised_at IS NOT NULL) ORDER BY at) FROM alarm_transition WHERE alarm_id = alarm.id) AS transitions
         FROM alarm WHERE gateway_id = $1 ORDER BY opened_at, id`,
        [id],
      )
      return rows
    },
    async late({ id }) {
      const { rows } = await pool.query<Record<string, unknown>>(
        `SELECT rule, device, reason, inputs::int, (extract(epoch FROM first_at) * 1000)::float8 AS first,
           (extract(epoch FROM last_at) * 1000)::float8 AS last FROM rule_late WHERE gateway_id = $1`,
        [id],
      )
      return rows
    },
    async faults() {
      return (await pool.query<Record<string, unknown>>('SELECT rule, device, kind, message FROM rule_fault'))
        .rows
    },
    async clock({ id }) {
      const { rows } = await pool.query<{ at: Date }>(
        'SELECT clock AS at FROM rule_partition WHERE id = $1',
        [id % PARTITIONS],
      )
      return rows[0]?.at.getTime() ?? 0
    },
    async checkpoint({ id }, more) {
      if (more?.only) await pool.query('DELETE FROM rule_checkpoint WHERE partition = $1', [id % PARTITIONS])
      await pool.query(`UPDATE rule_partition SET checkpoint_at = '-infinity' WHERE id = $1`, [
        id % PARTITIONS,
      ])
    },
    async setBack({ id }, ms) {
      await pool.query(`UPDATE rule_partition SET clock = clock - $2 * interval '1 ms' WHERE id = $1`, [
        id % PARTITIONS,
        ms,
      ])
      await pool.query(`UPDATE rule_begun SET at = at - $2 * interval '1 ms' WHERE partition = $1`, [
        id % PARTITIONS,
        ms,
      ])
    },
    async place({ name }, device, tags, attributes) {
      await placeDevices(pool, [{ gateway: name, device, tags, attributes }], { dryRun: false })
    },
    async removeRules() {
      await pool.query(
        `DELETE FROM rule_begun; DELETE FROM rule; DELETE FROM rule_state; DELETE FROM rule_fault;
         UPDATE rule_progress SET waiting = '{}'; UPDATE rule_revision SET revision = revision + 1`,
      )
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}
