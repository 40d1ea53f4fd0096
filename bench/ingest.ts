import { type Message, type WalkingGateway, walkingGateway } from './lab/city.ts'
import { publish, query, startIngest, storedBatches, untilStored } from './lab/ingest-role.ts'
import { type Lab, openLab } from './lab/lab.ts'
import { type Bench, rounded } from './result.ts'
import { bestCopyRate, encodeCopy, ROWS_A_TRANSACTION, type SampleRow } from './yardsticks/binary-copy.ts'

const GATEWAYS = 100
const POINTS = 500
const TRANSACTIONS = 40
const SAMPLES = TRANSACTIONS * ROWS_A_TRANSACTION

/** How the same seconds of the same city are laid out: what a transaction of 50,000 rows then holds. */
interface Shape {
  readonly samplesASeries: 1 | 10
  readonly mark: number
}
const SHAPES: readonly Shape[] = [
  { samplesASeries: 10, mark: 0.5 },
  { samplesASeries: 1, mark: 0.3 },
]

/** Samples a second from JetStream into the database, ledger, latest values and dirty marks on. */
export const ingest: Bench = async ({ timescale, say, signal }) => {
  await using lab = await openLab({ timescale })
  const gateways = Array.from({ length: GATEWAYS }, (_, i) => walkingGateway(`gw-${i}`, POINTS, i + 1))
  const seriesOf = await register(lab, gateways)
  const figures = []
  for (const shape of SHAPES) {
    signal.throwIfAborted()
    const { messages, copies } = lay(shape, gateways, seriesOf)
    say(
      `${shape.samplesASeries} samples a series and transaction: ${SAMPLES} samples in ${messages.length} batches`,
    )
    const yardstick = await bestCopyRate(lab.databaseUrl, copies, SAMPLES)
    say(`binary COPY: ${Math.round(yardstick)} rows/s`)
    await publish(lab, messages)
    const value = await drain(lab)
    say(`ingest: ${Math.round(value)} samples/s, ${rounded(value / yardstick)} of it`)
    figures.push({
      ...shape,
      value: Math.round(value),
      yardstick: Math.round(yardstick),
      ratio: value / yardstick,
    })
  }
  const [worst] = figures.toSorted((a, b) => a.ratio / a.mark - b.ratio / b.mark)
  if (!worst) throw new Error('no shape was run')
  return {
    value: worst.value,
    yardstick: worst.yardstick,
    ratio: rounded(worst.ratio),
    mark: worst.mark,
    ok: figures.every((figure) => figure.ratio >= figure.mark),
    database: timescale ? 'timescaledb' : 'postgresql',
    shapes: figures.map((figure) => ({ ...figure, ratio: rounded(figure.ratio) })),
  }
}

/** Lets ingest make its tables and meet every series once; gives the id of each. */
async function register(lab: Lab, gateways: readonly WalkingGateway[]): Promise<Map<string, number>> {
  await using _ingest = await startIngest(lab)
  const at = Date.now() - 240_000
  await publish(
    lab,
    gateways.flatMap((gateway) => [gateway.tableMessage, gateway.next(at).message]),
  )
  await untilStored(lab, GATEWAYS)
  return await query(lab, async (client) => {
    const { rows } = await client.query<{ device: string; property: string; id: number }>(
      'SELECT device, property, id FROM series',
    )
    return new Map(rows.map((row) => [`${row.device}/${row.property}`, row.id]))
  })
}

/** Second by second over the whole city, or ten seconds of ten gateways at a time. */
function lay(
  { samplesASeries }: Shape,
  gateways: readonly WalkingGateway[],
  seriesOf: ReadonlyMap<string, number>,
): { messages: Message[]; copies: Buffer[] } {
  const start = Date.now() - 200_000
  const together = GATEWAYS / samplesASeries
  const messages: Message[] = []
  const copies: Buffer[] = []
  let rows: SampleRow[] = []
  const turns = Array.from({ length: TRANSACTIONS }, (_, n) => n)
  for (const turn of turns) {
    const first = (turn * together) % GATEWAYS
    const second = Math.floor((turn * together) / GATEWAYS) * samplesASeries
    for (let step = 0; step < samplesASeries; step++) {
      const at = start + (second + step) * 1000
      for (const gateway of gateways.slice(first, first + together)) {
        const { readings, message } = gateway.next(at)
        messages.push(message)
        for (const { slot, value } of readings) {
          const point = gateway.table.points[slot]
          const series = seriesOf.get(`${point?.device}/${point?.property}`)
          if (series === undefined) throw new Error(`${point?.device}/${point?.property} was not registered`)
          rows.push({ series, at, value: value as number })
        }
      }
    }
    copies.push(encodeCopy(rows))
    rows = []
  }
  return { messages, copies }
}

/** From a start with a full stream to the last commit. */
async function drain(lab: Lab): Promise<number> {
  const before = await query(lab, storedBatches)
  await query(lab, (client) => client.query('CHECKPOINT'))
  await using _ingest = await startIngest(lab)
  const start = performance.now()
  await untilStored(lab, before + SAMPLES / POINTS)
  return (SAMPLES / (performance.now() - start)) * 1000
}
