import { jetstreamManager, type StreamState } from '@nats-io/jetstream'
import { STREAMS } from '@ganzhi/contracts/subjects'
import { connect } from '@nats-io/transport-node'
import { setTimeout as pause } from 'node:timers/promises'
import { pointTableOf, randomFrom, walk } from './lab/city.ts'
import { type BenchGateway, startGateway } from './lab/gateway.ts'
import { query, startIngest, storedBatches, untilStored } from './lab/ingest-role.ts'
import { type Lab, openLab } from './lab/lab.ts'
import { type Bench, rounded } from './result.ts'

const POINTS = 1000
const RECORDS = 1000
/** What is young goes out at once; the backlog behind it first waits for the database's answer, which nobody gives here. */
const HEAD_START = RECORDS / 10
const LIVE_SAMPLES_A_SECOND = 10_000

/** How fast a backlog leaves the gateway: to JetStream's acknowledgement, and all the way to the receipt. */
export const outbox: Bench = async ({ say, signal }) => {
  await using lab = await openLab({ timescale: false })
  {
    // Ingest makes the streams.
    await using _ingest = await startIngest(lab)
  }
  const toAck = await drainToAck(lab, 'drain-ack', signal)
  say(`segment → ack: ${Math.round(toAck)} samples/s`)
  signal.throwIfAborted()
  const ingestAlone = await drainStream(lab, RECORDS)
  say(`ingest alone, the same records from JetStream: ${Math.round(ingestAlone)} samples/s`)
  signal.throwIfAborted()
  const toReceipt = await drainToReceipt(lab, 'drain-receipt')
  say(`segment → receipt: ${Math.round(toReceipt)} samples/s`)
  const ackRatio = toAck / LIVE_SAMPLES_A_SECOND
  const receiptRatio = toReceipt / ingestAlone
  return {
    value: Math.round(toAck),
    yardstick: LIVE_SAMPLES_A_SECOND,
    ratio: rounded(ackRatio),
    mark: 20,
    ok: ackRatio >= 20 && receiptRatio >= 0.9,
    toReceipt: {
      value: Math.round(toReceipt),
      yardstick: Math.round(ingestAlone),
      ratio: rounded(receiptRatio),
      mark: 0.9,
    },
  }
}

/** With the broker away, so that all of it stays in the segments. */
async function fill(lab: Lab, name: string): Promise<BenchGateway> {
  await lab.stopNats()
  const table = pointTableOf(name, POINTS)
  const gateway = await startGateway({ dir: lab.dir, name, natsUrl: lab.natsUrl, table })
  const random = randomFrom(11)
  const values = Int32Array.from({ length: POINTS }, () => Math.floor(random() * 10_000))
  const start = Date.now() - RECORDS * 100
  const under: Promise<void>[] = []
  for (let record = 0; record < RECORDS; record++) {
    walk(values, random)
    under.push(gateway.submit(start + record * 100, values))
    if (under.length === 20) await Promise.all(under.splice(0))
  }
  await Promise.all(under)
  return gateway
}

/** By the times at which the broker stored them. */
async function drainToAck(lab: Lab, name: string, signal: AbortSignal): Promise<number> {
  await using _gateway = await fill(lab, name)
  await lab.startNats()
  const connection = await connect({ servers: lab.natsUrl })
  const manager = await jetstreamManager(connection)
  const state = async (): Promise<StreamState> => (await manager.streams.info(STREAMS.telemetry.name)).state
  // The table travels beside the batches.
  while ((await state()).messages < RECORDS + 1) await pause(20, undefined, { signal })
  const { first_seq: first } = await state()
  const storedAt = async (n: number): Promise<number> => {
    const message = await manager.streams.getMessage(STREAMS.telemetry.name, { seq: first + n })
    if (!message) throw new Error(`message ${n} is not in the stream`)
    return message.time.getTime()
  }
  const ms = (await storedAt(RECORDS)) - (await storedAt(HEAD_START))
  await connection.close()
  return (((RECORDS - HEAD_START) * POINTS) / ms) * 1000
}

/** What is in the stream now, stored by ingest with nobody else at work. */
async function drainStream(lab: Lab, records: number): Promise<number> {
  const before = await query(lab, storedBatches)
  await using _ingest = await startIngest(lab)
  const start = performance.now()
  await untilStored(lab, before + records)
  return ((records * POINTS) / (performance.now() - start)) * 1000
}

/** From the first commit on: when the gateway finds the broker again is a matter of its backoff. */
async function drainToReceipt(lab: Lab, name: string): Promise<number> {
  await using gateway = await fill(lab, name)
  const before = await query(lab, storedBatches)
  await lab.startNats()
  await using _ingest = await startIngest(lab)
  await untilStored(lab, before + 1)
  const start = performance.now()
  const stored = (await query(lab, storedBatches)) - before
  await gateway.untilReceipted()
  return (((RECORDS - stored) * POINTS) / (performance.now() - start)) * 1000
}
