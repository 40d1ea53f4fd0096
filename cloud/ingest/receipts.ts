import { setTimeout as delay } from 'node:timers/promises'
import type { LaneReceipt, Receipt, ReceiptRequest } from '@ganzhi/contracts/receipt'
import type { Lane } from '@ganzhi/contracts/record-key'
import { gatewaySubject } from '@ganzhi/contracts/subjects'
import type { Pool } from 'pg'
import type { Logger } from 'pino'
import { type LaneOfGateway, type LaneProgress, readNeed, readProgress } from '../ledger/progress.ts'
import type { FailPoint } from './fail-point.ts'

export interface Receipts {
  /** Something of these lanes was committed, or came again: their gateways are told, soon. */
  readonly mark: (lanes: Iterable<LaneOfGateway>) => void
  /** A gateway asks: it is told at once, of every lane that it asked for. */
  readonly answer: (gateway: string, request: ReceiptRequest) => void
}

export interface ReceiptsOptions {
  readonly pool: Pool
  readonly publish: (subject: string, payload: string) => void
  /** Messages of the lane that the broker still holds; undefined where it can't tell. */
  readonly pendingOf: (lane: Lane) => Promise<number | undefined>
  readonly failPoint: FailPoint
  readonly log: Logger
  readonly signal: AbortSignal
  /** A gateway is told at most so often what it did not ask for. */
  readonly everyMs?: number
}

const RETRY_MS = 1_000

interface Question {
  readonly gateway: string
  readonly request: ReceiptRequest
}

export function openReceipts(options: ReceiptsOptions): Receipts & { readonly done: Promise<void> } {
  const { everyMs = 200, signal, log } = options
  const dirty = new Map<string, LaneOfGateway>()
  let questions: Question[] = []
  let wake = Promise.withResolvers<void>()
  signal.addEventListener('abort', () => wake.resolve(), { once: true })

  const flush = async (): Promise<void> => {
    const asked = questions
    const lanes = [...dirty.values()]
    questions = []
    dirty.clear()
    try {
      await tell(options, asked, lanes)
    } catch (error) {
      log.info({ err: error }, 'receipts have to wait for the database')
      for (const lane of lanes) dirty.set(keyOf(lane), lane)
      // Gateways ask again by themselves.
      await delay(RETRY_MS, undefined, { signal })
    }
  }

  const run = async (): Promise<void> => {
    let toldAt = -Infinity
    while (!signal.aborted) {
      await wake.promise
      wake = Promise.withResolvers<void>()
      const wait = questions.length > 0 ? 0 : toldAt + everyMs - performance.now()
      if (wait > 0) await Promise.race([wake.promise, delay(wait, undefined, { signal })])
      if (questions.length > 0 || performance.now() >= toldAt + everyMs) {
        await flush()
        toldAt = performance.now()
      }
      if (dirty.size > 0 || questions.length > 0) wake.resolve()
    }
  }

  return {
    mark(lanes) {
      for (const lane of lanes) dirty.set(keyOf(lane), lane)
      wake.resolve()
    },
    answer(gateway, request) {
      questions.push({ gateway, request })
      wake.resolve()
    },
    done: run().catch((error: unknown) => {
      if (!signal.aborted) throw error
    }),
  }
}

async function tell(
  { pool, publish, pendingOf, failPoint }: ReceiptsOptions,
  questions: readonly Question[],
  dirty: readonly LaneOfGateway[],
): Promise<void> {
  const asked = questions.flatMap(({ gateway, request }) =>
    request.lanes.map(({ lane, epoch }) => ({ gateway, lane, epoch })),
  )
  // Read before the database: what was no longer pending then is in the snapshot that follows.
  const pending = asked.length > 0 ? await pendingByLane(pendingOf, asked) : new Map<Lane, number>()
  const lanes = [...new Map([...asked, ...dirty].map((lane) => [keyOf(lane), lane])).values()]
  const progress = new Map((await readProgress(pool, lanes)).map((found) => [keyOf(found), found]))
  const gateways = [...new Set([...questions, ...dirty].map(({ gateway }) => gateway))]
  const need = await readNeed(pool, gateways)
  failPoint('before-receipt')
  const send = (gateway: string, receipt: Omit<Receipt, 'need'>): void =>
    publish(gatewaySubject(gateway, 'receipt'), JSON.stringify({ ...receipt, need: need.get(gateway) ?? [] }))

  for (const { gateway, request } of questions) {
    const receipts = request.lanes.map(({ lane, epoch }): LaneReceipt => {
      const known = progress.get(keyOf({ gateway, lane, epoch }))
      const left = pending.get(lane)
      return {
        ...receiptOf(known ?? { lane, epoch, contiguous: 0, holes: [], top: 0 }),
        ...(left !== undefined && { pending: left }),
      }
    })
    send(gateway, { nonce: request.nonce, lanes: receipts })
  }
  for (const [gateway, found] of Map.groupBy(dirty, ({ gateway }) => gateway)) {
    send(gateway, { lanes: found.flatMap((lane) => receiptOfKnown(progress.get(keyOf(lane)))) })
  }
  failPoint('receipted')
}

function receiptOfKnown(progress: LaneProgress | undefined): LaneReceipt[] {
  return progress ? [receiptOf(progress)] : []
}

function receiptOf({ lane, epoch, contiguous, holes, top }: Omit<LaneProgress, 'gateway'>): LaneReceipt {
  return { lane, epoch, contiguous, holes, top }
}

async function pendingByLane(
  pendingOf: ReceiptsOptions['pendingOf'],
  asked: readonly LaneOfGateway[],
): Promise<Map<Lane, number>> {
  const lanes = [...new Set(asked.map(({ lane }) => lane))]
  const counts = await Promise.all(lanes.map(pendingOf))
  return new Map(lanes.flatMap((lane, i) => (counts[i] === undefined ? [] : [[lane, counts[i]]])))
}

function keyOf({ gateway, lane, epoch }: LaneOfGateway): string {
  return `${gateway}.${lane}.${epoch}`
}
