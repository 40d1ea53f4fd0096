import { QUALITIES, type Value, type ValueType } from '@ganzhi/contracts/reading'
import type { CloudEvent } from '@ganzhi/contracts/cloud-event'
import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type pg from 'pg'

import { type Item, type NamedGap, type Stored, type StoredRecord, laneOf } from './facts.ts'
import { eventItem, evidenceItem, readingItem } from './items.ts'
import { epochOfInt8, laneOfCode } from './stored-codes.ts'

export interface Where {
  readonly gateways: readonly string[]
  readonly evidenceDir: string
}

/** Everything of these gateways, as plain rows: no query of the platform's own is trusted. */
export async function readDatabase(database: pg.ClientBase, where: Where): Promise<Stored> {
  const names = [where.gateways]
  return {
    records: (await database.query<LedgerRow>(LEDGER, names)).rows.map(recordOf),
    gaps: (await database.query<GapRow>(GAPS, names)).rows.map(gapOf),
    items: [
      ...(await database.query<SampleRow>(SAMPLES, names)).rows.map(sampleItem),
      ...(await database.query<EventRow>(EVENTS, names)).rows.map((row) => eventItem(row.gateway, row.body)),
      ...(await evidenceItems((await database.query<EvidenceRow>(EVIDENCE, names)).rows, where.evidenceDir)),
    ],
    wrongLatest: (await database.query<{ series: string }>(WRONG_LATEST, names)).rows.map(
      (row) => row.series,
    ),
  }
}

/** Of each lane of each epoch, by `laneOf`. */
export interface Progress {
  /** How far the ledger reaches without a hole. */
  readonly contiguous: ReadonlyMap<string, number>
  /** How much the gateway says to have accepted. */
  readonly heads: ReadonlyMap<string, number>
  /** Batches that wait for their point table. */
  readonly parked: number
}

export async function readProgress(database: pg.ClientBase): Promise<Progress> {
  const { rows } = await database.query<LaneRow & { contiguous: string; head: string }>(PROGRESS)
  const parked = await database.query<{ count: number }>('SELECT count(*)::int AS count FROM parked')
  return {
    contiguous: new Map(rows.map((row) => [laneOf(laneFacts(row)), Number(row.contiguous)])),
    heads: new Map(rows.map((row) => [laneOf(laneFacts(row)), Number(row.head)])),
    parked: parked.rows[0]?.count ?? 0,
  }
}

interface LaneRow {
  readonly gateway: string
  readonly lane: number
  readonly epoch: string
}
const PROGRESS = `
  SELECT gateway.name AS gateway, lane, epoch, contiguous, head
    FROM lane_progress JOIN gateway ON gateway.id = gateway_id`

type LedgerRow = LaneRow & { readonly seq: string; readonly sha256: string }
const LEDGER = `
  SELECT gateway.name AS gateway, lane, epoch, seq,
         CASE WHEN sha256(bytes) <> ledger.sha256 THEN 'bytes of another hash' ELSE encode(ledger.sha256, 'hex') END AS sha256
    FROM ledger JOIN gateway ON gateway.id = gateway_id
   WHERE gateway.name = ANY ($1)`

type GapRow = LaneRow & { readonly first_seq: string; readonly last_seq: string; readonly reason: string }
const GAPS = `
  SELECT gateway.name AS gateway, lane, epoch, first_seq, last_seq, reason
    FROM gap JOIN gateway ON gateway.id = gateway_id
   WHERE gateway.name = ANY ($1)`

interface SampleRow {
  readonly gateway: string
  readonly device: string
  readonly property: string
  readonly type: ValueType
  readonly scale: number
  readonly at: string
  readonly value: number | null
  readonly quality: number
  readonly body: string | null
}
// A FULL JOIN, so that a body without its sample shows too.
const SAMPLES = `
  SELECT gateway.name AS gateway, device, property, series.type, series.scale, at, value, quality, body
    FROM (SELECT coalesce(s.series_id, b.series_id) AS series_id,
                 (extract(epoch FROM coalesce(s.ts, b.ts)) * 1000)::int8 AS at,
                 s.value, coalesce(s.quality, b.quality) AS quality, b.body::text AS body
            FROM samples s FULL JOIN sample_body b ON b.series_id = s.series_id AND b.ts = s.ts
          UNION ALL
          SELECT series_id, at_ms, value, quality, body::text FROM series_untrusted) AS row
    JOIN series ON series.id = row.series_id
    JOIN gateway ON gateway.id = series.gateway_id
   WHERE gateway.name = ANY ($1)`

interface EventRow {
  readonly gateway: string
  readonly body: CloudEvent
}
const EVENTS = `
  SELECT gateway.name AS gateway, body
    FROM event JOIN gateway ON gateway.id = gateway_id
   WHERE gateway.name = ANY ($1)`

interface EvidenceRow {
  readonly sha256: string
  readonly type: string
}
const EVIDENCE = `
  SELECT encode(sha256, 'hex') AS sha256, content_type AS type
    FROM evidence JOIN gateway ON gateway.id = gateway_id
   WHERE gateway.name = ANY ($1) AND state = 'stored'`

const WRONG_LATEST = `
  WITH newest AS (SELECT DISTINCT ON (series_id) series_id, ts, value, quality FROM samples ORDER BY series_id, ts DESC)
  SELECT concat_ws(' ', gateway.name, concat(device, '/', property)) AS series
    FROM newest
    FULL JOIN latest USING (series_id)
    JOIN series ON series.id = series_id
    JOIN gateway ON gateway.id = series.gateway_id
   WHERE gateway.name = ANY ($1)
     AND (newest.ts, newest.value, newest.quality) IS DISTINCT FROM (latest.ts, latest.value, latest.quality)`

function laneFacts({ gateway, lane, epoch }: LaneRow) {
  return { gateway, lane: laneOfCode(lane), epoch: epochOfInt8(epoch) }
}

function recordOf(row: LedgerRow): StoredRecord {
  return { ...laneFacts(row), seq: Number(row.seq), sha256: row.sha256 }
}

function gapOf(row: GapRow): NamedGap {
  const seqs = { firstSeq: Number(row.first_seq), lastSeq: Number(row.last_seq) }
  return { ...laneFacts(row), ...seqs, reason: row.reason }
}

function sampleItem(row: SampleRow): Item {
  const quality = QUALITIES[row.quality] ?? 'stale'
  return readingItem({ ...row, at: Number(row.at), quality, value: valueOf(row) })
}

/** float8 holds floats times 10^scale, safe integers, and 0 or 1; anything else is there as JSON. */
function valueOf({ type, scale, value, body }: SampleRow): Value {
  if (body !== null) return type === 'integer' ? BigInt(body) : (JSON.parse(body) as Value)
  if (value === null) return null
  return type === 'bool' ? value === 1 : value / 10 ** scale
}

/** Counts as stored only when the bytes are there; what they are is told by the bytes, not by their name. */
async function evidenceItems(rows: readonly EvidenceRow[], directory: string): Promise<Item[]> {
  const files = await readdir(directory, { recursive: true, withFileTypes: true }).catch(() => [])
  const paths = files.filter((file) => file.isFile()).map((file) => join(file.parentPath, file.name))
  const objects = rows.map(async ({ sha256, type }) => {
    const path = paths.find((each) => each.replaceAll('/', '').includes(sha256))
    return path === undefined ? [] : [evidenceItem(await readFile(path), type)]
  })
  return (await Promise.all(objects)).flat()
}
