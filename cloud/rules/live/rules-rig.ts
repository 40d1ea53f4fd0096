import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encodePointTable, hashOf } from '@ganzhi/contracts/point-table'
import type { Quality, Value } from '@ganzhi/contracts/reading'
import type { Lane } from '@ganzhi/contracts/record-key'
import type { Rule } from '@ganzhi/contracts/rule'
import { encodeBatch } from '@ganzhi/contracts/telemetry-batch'
import { openCalendar } from '@ganzhi/firmware-config/calendars/calendar'
import type { Pool } from 'pg'
import pino from 'pino'
import { inTransaction, openPool } from '../../database/pool.ts'
import { placeDevices } from '../../areas/place-devices.ts'
import { migrate } from '../../database/migrate.ts'
import { noFailPoint } from '../../ingest/fail-point.ts'
import type { LedgerState } from '../../ledger/codes.ts'
import { epochToInt8 } from '../../ledger/codes.ts'
import { enter } from '../../ledger/ledger.ts'
import { turnLedgerDay } from '../../ledger/ledger-day.ts'
import { registerGateways, registerSeries } from '../../register/register.ts'
import { openSchedule } from '../schedule/rule-schedule.ts'
import type { Partition } from './partition.ts'
import { type Lease, PARTITIONS, openLeases } from './partition-leases.ts'
import { type RuleBook, openRuleBook } from './rule-book.ts'
import { openTableReader } from './table-reader.ts'
import { type TurnOptions, takeTurn } from './take-turn.ts'

const log = pino({ level: process.env['TEST_LOG'] ?? 'silent' })

/** For tests: rules over a real ledger, without ingest before it. */
export interface RulesRig extends AsyncDisposable {
  readonly pool: Pool
  readonly options: TurnOptions
  /** Another version counts, or none. */
  put(rule: Omit<Rule, 'version'>, more?: { enabled?: boolean; alarms?: 'keep' | 'close' }): Promise<void>
  gateway(): Promise<RigGateway>
  /** Another process as far as PostgreSQL can tell. */
  process(more?: Partial<TurnOptions>, bookOf?: (book: RuleBook) => RuleBook): RigProcess
  alarms(gateway: RigGateway): Promise<RigAlarm[]>
  late(gateway: RigGateway): Promise<unknown[]>
  faults(): Promise<unknown[]>
  /** How far the platform's time has come for a gateway. */
  clock(gateway: RigGateway): Promise<number>
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
  readonly severity: string
  readonly open: boolean
  readonly transitions: readonly { from: string; to: string; at: number }[]
}

export interface RigProcess {
  readonly leases: ReturnType<typeof openLeases>
  /** Takes all that there is of a gateway's partition, as often as it takes. */
  turn(gateway: RigGateway): Promise<void>
}

export interface RigSample {
  readonly at?: number
  readonly device?: string
  readonly value: Value
  readonly quality?: Quality
}

export interface RigGateway {
  readonly id: number
  readonly name: string
  /** A record of the telemetry lane, as ingest would enter it. */
  send(seq: number, samples: readonly RigSample[], state?: LedgerState, arrivedAt?: number): Promise<void>
  sendEvent(seq: number, event: object): Promise<void>
  unpark(seq: number): Promise<void>
}

const DEVICES = ['meter-1', 'meter-2', 'meter-3']
const TABLE = { points: DEVICES.map((device) => ({ device, property: 'power', type: 'float' as const })) }

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
  const table = encodePointTable(TABLE)
  await pool.query('INSERT INTO point_table (hash, bytes) VALUES ($1, $2)', [
    Buffer.from(table.hash, 'hex'),
    table.bytes,
  ])
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

  const open = async (): Promise<RigGateway> => {
    const name = `gw-${randomBytes(6).toString('hex')}`
    const epoch = epochToInt8(randomBytes(8).toString('hex'))
    const id = await inTransaction(pool, async (tx) => {
      const gatewayId = (await registerGateways(tx, [name])).get(name) as number
      await registerSeries(tx, gatewayId, TABLE.points)
      return gatewayId
    })
    const record = async (lane: Lane, seq: number, body: Uint8Array, state: LedgerState): Promise<void> => {
      const entry = {
        gatewayId: id,
        lane,
        epoch,
        seq,
        sha256: hashOf(body),
        body,
        state,
        at: Date.now(),
        rows: 1,
      }
      const { rows } = await pool.query<{ day: string }>('SELECT day::text FROM ledger_day')
      await inTransaction(pool, (tx) => enter(tx, rows[0]?.day ?? '', [entry]))
    }
    return {
      id,
      name,
      async send(seq, samples, state = 'stored', arrivedAt) {
        await record(
          'telemetry',
          seq,
          encodeBatch(
            table.hash,
            TABLE,
            samples.map(({ at = Date.now(), device = 'meter-1', value, quality = 'good' }) => ({
              slot: DEVICES.indexOf(device),
              at,
              value,
              quality,
            })),
          ),
          state,
        )
        if (arrivedAt !== undefined) {
          await pool.query('UPDATE ledger SET arrived_at = $3 WHERE gateway_id = $1 AND seq = $2', [
            id,
            seq,
            new Date(arrivedAt),
          ])
        }
      },
      sendEvent: (seq, event) => record('events', seq, Buffer.from(JSON.stringify(event)), 'stored'),
      unpark: async (seq) => {
        await pool.query('UPDATE ledger SET state = 0 WHERE gateway_id = $1 AND seq = $2', [id, seq])
      },
    }
  }

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
    gateway: open,
    process(more = {}, bookOf = (book) => book) {
      const own = optionsOf()
      const options = { ...own, book: bookOf(own.book), ...more }
      const leases = openLeases({ pool, leaseMs: options.leaseMs, frozenAfterMs: options.leaseMs, log })
      let known: { lease: Lease; partition: Partition } | undefined
      return {
        leases,
        async turn({ id }) {
          const partition = id % PARTITIONS
          const lease = (await leases.renew()).find((each) => each.partition === partition)
          if (!lease) throw new Error(`partition ${partition} is another's`)
          for (let behind = true; behind;) {
            const last =
              known?.lease.token === lease.token && known.lease.partition === partition ? known : undefined
            known = undefined
            const taken = await takeTurn(lease, last?.partition, options)
            known = { lease, partition: taken.partition }
            ;({ behind } = taken)
          }
        },
      }
    },
    async alarms({ id }) {
      const { rows } = await pool.query<RigAlarm>(
        `SELECT rule, device, severity, closed_at IS NULL AS open, (
           SELECT json_agg(json_build_object('from', from_state, 'to', to_state, 'at', (extract(epoch FROM at) * 1000)::int8)
             ORDER BY at) FROM alarm_transition WHERE alarm_id = alarm.id) AS transitions
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
