import type { ClientBase } from 'pg'
import { lockGateways } from '../database/gateway-lock.ts'
import { type LedgerLane, type LedgerState, laneCode, stateCode } from './codes.ts'

export interface LedgerEntry {
  readonly gatewayId: number
  readonly lane: LedgerLane
  /** As the signed number that the database holds. */
  readonly epoch: bigint
  readonly seq: number
  /** Hex, of the body. */
  readonly sha256: string
  readonly body: Uint8Array
  readonly state: LedgerState
  /** The record's own time, ms since 1970. */
  readonly at: number
  /** Samples in it. */
  readonly rows: number
}

/** `entered`: new, its effects belong in this transaction. `known`: was there before. `conflict`: with another body. */
export type Fate = 'entered' | 'known' | 'conflict'

/**
 * Enters the keys, each once and for all; the answer has the fate of each entry, in their order. A key that another
 * transaction is entering is waited for, and keys go in sorted, so two of them can't wait for each other.
 */
export async function enter(tx: ClientBase, day: string, entries: readonly LedgerEntry[]): Promise<Fate[]> {
  const firstOf = new Map<string, number>()
  for (const [i, entry] of entries.entries()) if (!firstOf.has(keyOf(entry))) firstOf.set(keyOf(entry), i)
  const chosen = [...firstOf.values()].map((i) => entries[i] as LedgerEntry)
  if (chosen.length === 0) return []
  // Any number may enter at once, but nobody names what is missing meanwhile.
  await lockGateways(tx, {
    of: 'records',
    gatewayIds: chosen.map(({ gatewayId }) => gatewayId),
    shared: true,
  })
  const entered = new Set(await insertKeys(tx, day, chosen))
  const others = chosen.filter((_, i) => !entered.has(i))
  const known = new Map<string, string | undefined>()
  for (const [i, sha256] of (await hashesOf(tx, others)).entries()) {
    known.set(keyOf(others[i] as LedgerEntry), sha256)
  }
  return entries.map((entry, i) => {
    const first = firstOf.get(keyOf(entry)) as number
    const held = known.has(keyOf(entry)) ? known.get(keyOf(entry)) : entries[first]?.sha256
    if (held !== undefined && held !== entry.sha256) return 'conflict'
    return first === i && !known.has(keyOf(entry)) ? 'entered' : 'known'
  })
}

function keyOf(entry: LedgerEntry): string {
  return `${entry.gatewayId}.${entry.lane}.${entry.epoch}.${entry.seq}`
}

/** Indices of those that were new. */
async function insertKeys(tx: ClientBase, day: string, entries: readonly LedgerEntry[]): Promise<number[]> {
  const offsets: number[] = []
  let length = 0
  for (const { body } of entries) {
    offsets.push(length)
    length += body.length
  }
  // Bodies travel as one binary parameter: an array of them would be written out in hex and parsed again.
  const { rows } = await tx.query<{ n: number }>({
    name: 'enter-ledger-keys',
    text: INSERT_KEYS,
    values: [
      day,
      ...keyColumns(entries),
      Buffer.concat(entries.map(({ sha256 }) => Buffer.from(sha256, 'hex'))),
      entries.map(({ state }) => stateCode(state)),
      entries.map(({ at }) => secondsInCalendar(at)),
      entries.map((entry) => entry.rows),
      Buffer.concat(entries.map(({ body }) => body)),
      offsets,
      entries.map(({ body }) => body.length),
    ],
  })
  return rows.map(({ n }) => n - 1)
}

const INSERT_KEYS = `
WITH asked AS (
  SELECT * FROM unnest($2::int4[], $3::int2[], $4::int8[], $5::int8[], $7::int2[], $8::float8[], $9::int4[], $11::int4[], $12::int4[])
    WITH ORDINALITY AS k (g, l, e, s, state, at, rows, start, length, n)
), earlier AS (
  SELECT n FROM asked JOIN ledger o ON (o.gateway_id, o.lane, o.epoch, o.seq) = (g, l, e, s) AND o.day < $1::date
  UNION ALL
  SELECT n FROM asked JOIN lane_progress p ON (p.gateway_id, p.lane, p.epoch) = (g, l, e) AND s <= p.folded_max
  WHERE EXISTS (
    SELECT FROM ledger_fold f WHERE (f.gateway_id, f.lane, f.epoch) = (g, l, e)
      AND CASE WHEN f.ranges IS NULL THEN s BETWEEN f.first_seq AND f.first_seq + f.n - 1 ELSE f.ranges @> s END
  )
), progress AS (
  INSERT INTO lane_progress (gateway_id, lane, epoch)
  SELECT DISTINCT g, l, e FROM asked
  WHERE NOT EXISTS (SELECT FROM lane_progress WHERE (gateway_id, lane, epoch) = (g, l, e)) ORDER BY g, l, e
  ON CONFLICT DO NOTHING
), entered AS (
  INSERT INTO ledger (day, gateway_id, lane, epoch, seq, sha256, state, at, rows, bytes)
  SELECT $1::date, g, l, e, s, substr($6::bytea, (n::int - 1) * 32 + 1, 32), state, to_timestamp(at), rows,
         substr($10::bytea, start + 1, length)
  FROM asked WHERE n NOT IN (SELECT n FROM earlier) ORDER BY g, l, e, s
  ON CONFLICT DO NOTHING
  RETURNING gateway_id, lane, epoch, seq
)
SELECT n::int FROM asked JOIN entered ON (gateway_id, lane, epoch, seq) = (g, l, e, s)`

/** What the ledger holds of these keys; undefined where only its fold is left. */
async function hashesOf(tx: ClientBase, entries: readonly LedgerEntry[]): Promise<(string | undefined)[]> {
  if (entries.length === 0) return []
  const { rows } = await tx.query<{ sha256: string | null }>(
    `SELECT encode(o.sha256, 'hex') AS sha256
     FROM unnest($1::int4[], $2::int2[], $3::int8[], $4::int8[]) WITH ORDINALITY AS k (g, l, e, s, n)
     LEFT JOIN ledger o ON (o.gateway_id, o.lane, o.epoch, o.seq) = (g, l, e, s) ORDER BY n`,
    keyColumns(entries),
  )
  return rows.map(({ sha256 }) => sha256 ?? undefined)
}

export function keyColumns(entries: readonly LedgerEntry[]): unknown[] {
  return [
    entries.map(({ gatewayId }) => gatewayId),
    entries.map(({ lane }) => laneCode(lane)),
    entries.map(({ epoch }) => epoch.toString()),
    entries.map(({ seq }) => seq),
  ]
}

const YEAR_1 = -62_135_596_800
const YEAR_9999 = 253_402_300_799

/** JavaScript's calendar is wider than PostgreSQL's; what lies beyond belongs to its last day. */
export function secondsInCalendar(ms: number): number {
  return Math.min(Math.max(ms / 1000, YEAR_1), YEAR_9999)
}
