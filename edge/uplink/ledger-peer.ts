import { decodeEventsRecord } from '@ganzhi/contracts/event'
import { type LaneReceipt, MAX_HOLES, type Receipt, ReceiptRequest } from '@ganzhi/contracts/receipt'
import { identityFrom, type Lane, LANES, type RecordKey } from '@ganzhi/contracts/record-key'
import { check } from '@ganzhi/contracts/schema'
import { anyGateway, gatewaySubject, STREAMS } from '@ganzhi/contracts/subjects'
import { unpackBatch } from '@ganzhi/contracts/telemetry-batch'
import {
  AckPolicy,
  DiscardPolicy,
  jetstream,
  jetstreamManager,
  type JetStreamManager,
  type JsMsg,
  RetentionPolicy,
} from '@nats-io/jetstream'
import { connect } from '@nats-io/transport-node'
import { type SeqRange, type SeqRanges, subtract, union } from '../outbox/seq-ranges.ts'

export interface Arrival {
  readonly key: RecordKey
  readonly sha256: string
  readonly body: Uint8Array
}

/** The other end of the receipt protocol: it reads the streams, keeps a ledger in memory and answers for it. */
export interface LedgerPeer extends AsyncDisposable {
  /** By lane, epoch and seq. */
  readonly ledger: Map<string, Arrival>
  /** In the order in which they came, repeats included. */
  readonly arrivals: Arrival[]
  readonly tables: Set<string>
  readonly asked: ReceiptRequest[]
  /** What the ledger holds, as an answer to that request would say. */
  receipt(gateway: string, lanes: ReceiptRequest['lanes'], nonce?: string): Promise<Receipt>
  /** Publishes what it holds to all, asked or not. */
  announce(): Promise<void>
  hold(): void
  goOn(): void
  /** Whether it sends receipts, and answers. */
  answer(willing: boolean): void
  /** Messages that the broker claims to hold and will never give: 2.9.10 has such after a kill. */
  phantoms: number
  /** Goes back to an earlier ledger, as a database restored from a backup does. */
  restore(earlier: ReadonlyMap<string, Arrival>): void
  createStreams(): Promise<void>
  manager: JetStreamManager
}

export interface LedgerPeerOptions {
  readonly url: string
  readonly gateway: string
  readonly maxBytes?: number
  readonly answers?: boolean
}

/** What was fetched while it was told to hold comes again soon. */
const ACK_WAIT_NS = 1_000_000_000

export function keyOf({ lane, epoch, seq }: Omit<RecordKey, 'gateway'>): string {
  return `${lane}.${epoch}.${seq}`
}

export async function startLedgerPeer(options: LedgerPeerOptions): Promise<LedgerPeer> {
  const { url, gateway, maxBytes = 64 * 1024 * 1024 } = options
  const connection = await connect({ servers: url, reconnectTimeWait: 50, maxReconnectAttempts: -1 })
  const manager = await jetstreamManager(connection, { checkAPI: false })
  const ledger = new Map<string, Arrival>()
  const arrivals: Arrival[] = []
  const tables = new Set<string>()
  const needed = new Set<string>()
  const asked: ReceiptRequest[] = []
  let held = false
  let answers = options.answers ?? true
  const ended = new AbortController()

  async function createStreams(): Promise<void> {
    for (const lane of LANES) {
      const { name, subject } = STREAMS[lane]
      await manager.streams.add({
        name,
        subjects: [subject],
        retention: RetentionPolicy.Workqueue,
        discard: DiscardPolicy.New,
        max_bytes: maxBytes,
      })
      await manager.consumers.add(name, {
        durable_name: 'ingest',
        ack_policy: AckPolicy.Explicit,
        ack_wait: ACK_WAIT_NS,
        max_ack_pending: 10_000,
      })
    }
  }

  function take(message: JsMsg): void {
    const identity = identityFrom((header) => message.headers?.get(header))
    if (identity.kind === 'table') {
      tables.add(identity.sha256)
      needed.delete(identity.sha256)
    } else {
      const arrival = { key: identity.key, sha256: identity.sha256, body: message.data }
      arrivals.push(arrival)
      ledger.set(keyOf(identity.key), arrival)
      if (identity.key.lane === 'telemetry') {
        const { table } = unpackBatch(message.data)
        if (!tables.has(table)) needed.add(table)
      }
    }
    message.ack()
  }

  async function consume(lane: Lane): Promise<void> {
    while (!ended.signal.aborted) {
      try {
        if (held) throw new Error('held')
        const consumer = await jetstream(connection).consumers.get(STREAMS[lane].name, 'ingest')
        for await (const message of await consumer.fetch({ max_messages: 200, expires: 1_000 })) {
          if (!held && !ended.signal.aborted) take(message)
        }
        if (answers && !held) await announce()
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
    }
  }

  function namedByGaps(lane: Lane, epoch: string): SeqRange[] {
    return [...ledger.values()].flatMap(({ key, body }) => {
      if (key.lane !== 'events') return []
      const record = decodeEventsRecord(body)
      if (record.kind !== 'gap' || record.gap.lane !== lane || record.gap.epoch !== epoch) return []
      return [[record.gap.firstSeq, record.gap.lastSeq] as const]
    })
  }

  async function told(lane: Lane, epoch: string): Promise<LaneReceipt> {
    const { num_pending: unread, num_ack_pending: unacked } = await manager.consumers
      .info(STREAMS[lane].name, 'ingest')
      .catch(() => ({ num_pending: 0, num_ack_pending: 0 }))
    const own: SeqRange[] = [...ledger.values()]
      .filter(({ key }) => key.lane === lane && key.epoch === epoch)
      .map(({ key }) => [key.seq, key.seq])
    const stored: SeqRanges = union(own, namedByGaps(lane, epoch))
    const highest = stored.at(-1)?.[1] ?? 0
    const holes = subtract(highest > 0 ? [[1, highest]] : [], stored).slice(0, MAX_HOLES)
    const contiguous = (holes[0]?.[0] ?? highest + 1) - 1
    const top = holes.length === MAX_HOLES ? (holes.at(-1)?.[1] ?? highest) : highest
    return {
      lane,
      epoch,
      contiguous,
      holes: holes.map(([first, last]): [number, number] => [first, last]),
      top,
      pending: unread + unacked + peer.phantoms,
    }
  }

  async function receipt(_: string, lanes: ReceiptRequest['lanes'], nonce?: string): Promise<Receipt> {
    return {
      ...(nonce === undefined ? {} : { nonce }),
      lanes: await Promise.all(lanes.map(({ lane, epoch }) => told(lane, epoch))),
      need: [...needed],
    }
  }

  async function announce(): Promise<void> {
    const names = new Set([...ledger.values()].map(({ key }) => `${key.lane} ${key.epoch}`))
    const lanes = [...names].map((name) => {
      const [lane, epoch] = name.split(' ') as [Lane, string]
      return { lane, epoch, known: 0, head: 0 }
    })
    send(await receipt(gateway, lanes))
  }

  function send(document: Receipt): void {
    connection.publish(gatewaySubject(gateway, 'receipt'), JSON.stringify(document))
  }

  async function answerTo(body: Uint8Array): Promise<void> {
    const request = check(ReceiptRequest, JSON.parse(Buffer.from(body).toString()), 'request')
    asked.push(request)
    if (answers) send(await receipt(gateway, request.lanes, request.nonce))
  }

  connection.subscribe(anyGateway('receipt.get'), { callback: (_, message) => void answerTo(message.data) })
  const peer: LedgerPeer = {
    phantoms: 0,
    ledger,
    arrivals,
    tables,
    asked,
    manager,
    receipt,
    announce,
    createStreams,
    hold: () => (held = true),
    goOn: () => (held = false),
    answer: (willing) => (answers = willing),
    restore(earlier) {
      ledger.clear()
      for (const [key, arrival] of earlier) ledger.set(key, arrival)
    },
    async [Symbol.asyncDispose]() {
      ended.abort()
      await connection.close()
      await Promise.all(consuming)
    },
  }
  await createStreams()
  const consuming = LANES.map(consume)
  return peer
}
