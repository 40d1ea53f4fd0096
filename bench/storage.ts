import type pg from 'pg'
import { walkingGateway } from './lab/city.ts'
import { publish, query, startIngest, untilStored } from './lab/ingest-role.ts'
import { type Lab, openLab } from './lab/lab.ts'
import { type Bench, rounded } from './result.ts'

const GATEWAYS = 20
const POINTS = 500
const SECONDS = 240
const SAMPLES = GATEWAYS * POINTS * SECONDS

/** Bytes on disk for a sample, with its share of the indexes and of the ledger. */
export const storage: Bench = async ({ timescale, say, signal }) => {
  await using lab = await openLab({ timescale })
  await store(lab, signal)
  return await query(lab, async (client) => {
    await client.query('CHECKPOINT')
    const young = await bytesASample(client, ['samples', 'sample_body', 'ledger'])
    say(`samples ${rounded(young['samples'] ?? 0)} B, ledger ${rounded(young['ledger'] ?? 0)} B`)
    const value = timescale ? await compressed(client, say) : total(young)
    const mark = timescale ? 5 : 105
    return {
      value: rounded(value),
      yardstick: mark,
      ratio: rounded(value / mark),
      mark,
      ok: value <= mark,
      database: timescale ? 'timescaledb' : 'postgresql',
      samples: SAMPLES,
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
  const start = Date.now() - SECONDS * 1000
  for (let second = 0; second < SECONDS; second++) {
    signal.throwIfAborted()
    await publish(
      lab,
      gateways.map((gateway) => gateway.next(start + second * 1000).message),
    )
  }
  await untilStored(lab, GATEWAYS * SECONDS)
}

/** Indexes and TOAST included, of a table and all its partitions or chunks. */
async function bytesASample(client: pg.Client, tables: readonly string[]): Promise<Record<string, number>> {
  const sizes: Record<string, number> = {}
  for (const table of tables) {
    const { rows } = await client.query<{ bytes: string }>(
      `SELECT coalesce(sum(pg_total_relation_size(relid)), 0) AS bytes FROM (
         SELECT relid FROM pg_partition_tree($1::regclass) WHERE isleaf
         UNION SELECT inhrelid FROM pg_inherits WHERE inhparent = $1::regclass
         UNION SELECT $1::regclass
       ) AS parts`,
      [table],
    )
    sizes[table] = Number(rows[0]?.bytes) / SAMPLES
  }
  return sizes
}

function total(sizes: Record<string, number>): number {
  return Object.values(sizes).reduce((sum, size) => sum + size, 0)
}

/** What the columnstore makes of it once the horizon of late data has passed. */
async function compressed(client: pg.Client, say: (line: string) => void): Promise<number> {
  await client.query(`SELECT compress_chunk(chunk, true) FROM show_chunks('samples') AS chunk`)
  const { rows } = await client.query<{ bytes: string }>(
    `SELECT sum(after_compression_total_bytes) AS bytes FROM chunk_columnstore_stats('samples')`,
  )
  const samples = Number(rows[0]?.bytes) / SAMPLES
  say(`columnstore ${rounded(samples)} B`)
  return samples
}
