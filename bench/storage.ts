import type pg from 'pg'
import { randomFrom, walkingGateway } from './lab/city.ts'
import { publish, query, startIngest, untilStored } from './lab/ingest-role.ts'
import { type Lab, openLab } from './lab/lab.ts'
import { type Bench, rounded } from './result.ts'

const GATEWAYS = 5
const POINTS = 500
/** A full segment of the columnstore, of which a point read every second fills 86 a day, one read every minute 1.4. */
const SECONDS = 1000
const SAMPLES = GATEWAYS * POINTS * SECONDS
/** A bus is never read on the dot, and the columnstore pays for it: exact seconds would cost it 2.7 B less. */
const EARLY_OR_LATE_MS = 10
const DAY_MS = 86_400_000

/** Bytes on disk for a sample, with its share of the indexes and of the ledger. */
export const storage: Bench = async ({ timescale, say, signal }) => {
  await using lab = await openLab({ timescale })
  await store(lab, signal)
  return await query(lab, async (client) => {
    await client.query('CHECKPOINT')
    const young = await asWritten(client)
    const parts = timescale ? await whenOld(client) : young
    for (const [part, bytes] of Object.entries(parts)) say(`${part} ${bytes} B`)
    const value = Object.values(parts).reduce((sum, bytes) => sum + bytes, 0)
    const mark = timescale ? 5 : 105
    return {
      value: rounded(value),
      yardstick: mark,
      ratio: rounded(value / mark),
      mark,
      ok: value <= mark,
      database: timescale ? 'timescaledb' : 'postgresql',
      samples: SAMPLES,
      parts,
      young,
    }
  })
}

/** Second by second, as a city sends: each transaction holds a sample or a few of every series. */
async function store(lab: Lab, signal: AbortSignal): Promise<void> {
  const gateways = Array.from({ length: GATEWAYS }, (_, i) => walkingGateway(`gw-${i}`, POINTS, i + 1))
  await using _ingest = await startIngest(lab)
  await publish(
    lab,
    gateways.map((gateway) => gateway.tableMessage),
  )
  // Noon of yesterday: one chunk holds it all.
  const start = Math.floor(Date.now() / DAY_MS) * DAY_MS - DAY_MS / 2
  const random = randomFrom(1)
  for (let second = 0; second < SECONDS; second++) {
    signal.throwIfAborted()
    await publish(
      lab,
      gateways.map(
        (gateway) =>
          gateway.next(start + second * 1000 + Math.round(EARLY_OR_LATE_MS * (2 * random() - 1))).message,
      ),
    )
  }
  await untilStored(lab, GATEWAYS * SECONDS)
}

type Sizes = Readonly<Record<string, number>>

/** Heap, TOAST and indexes of tables and their partitions or chunks, a sample. The ledger still has every record's bytes. */
async function asWritten(client: pg.Client): Promise<Sizes> {
  return {
    samples: await bytesASample(client, sizeOf('samples')),
    bodies: await bytesASample(client, sizeOf('sample_body')),
    ledger: await bytesASample(client, sizeOf('ledger')),
  }
}

/**
 * On TimescaleDB, once the time for late data and the 72 h of the ledger are over: in the columnstore, with its indexes and
 * with what is left of the rows' own chunks; and folded, a row a gateway, lane, epoch and day, whatever its seqs.
 */
async function whenOld(client: pg.Client): Promise<Sizes> {
  await client.query(`SELECT compress_chunk(chunk, true) FROM show_chunks('samples') AS chunk`)
  await client.query(
    `INSERT INTO ledger_fold (gateway_id, day, epoch, lane, first_seq, n, hash)
     SELECT gateway_id, at::date, epoch, lane, min(seq), count(*), gen_random_uuid() FROM ledger GROUP BY 1, 2, 3, 4`,
  )
  return {
    samples: await bytesASample(client, `SELECT hypertable_size('samples') AS bytes`),
    bodies: await bytesASample(client, `SELECT hypertable_size('sample_body') AS bytes`),
    ledger: await bytesASample(client, sizeOf('ledger_fold')),
  }
}

function sizeOf(table: string): string {
  return `SELECT sum(pg_total_relation_size(relid)) AS bytes FROM (
    SELECT '${table}'::regclass AS relid UNION SELECT inhrelid FROM pg_inherits WHERE inhparent = '${table}'::regclass) AS parts`
}

async function bytesASample(client: pg.Client, sql: string): Promise<number> {
  const { rows } = await client.query<{ bytes: string }>(sql)
  return rounded(Number(rows[0]?.bytes) / SAMPLES)
}
