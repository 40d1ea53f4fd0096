import type { CommandError } from '@ganzhi/contracts/command'
import type { NatsConnection } from '@nats-io/nats-core'
import type { Pool } from 'pg'
import type { Logger } from 'pino'
import { inTransaction } from '../database/pool.ts'
import { deliver } from './deliver.ts'
import {
  type ClaimedCommand,
  claimDue,
  enterRefusal,
  expireOverdue,
  giveUpCancelling,
  type Missed,
  tryAgain,
} from './due.ts'
import { enterGatewaySteps } from './journal.ts'

export interface DeliveryOptions {
  readonly pool: Pool
  readonly nats: Pick<NatsConnection, 'request'>
  readonly now: () => number
  readonly log: Logger
  readonly everyMs?: number
  readonly timeoutMs?: number
}

export interface Delivery extends AsyncDisposable {
  /** Something is due now. */
  wake(): void
}

const FIRST_PAUSE_MS = 1_000
const LONGEST_PAUSE_MS = 30_000

/** Brings commands to their gateways, from any number of processes, until each has been answered or has expired. */
export function startDelivery(options: DeliveryOptions): Delivery {
  const { pool, nats, now, log, everyMs = 1_000, timeoutMs = 5_000 } = options
  const stop = new AbortController()
  let ring = () => {}
  let rung = false
  let away = false

  async function run(): Promise<void> {
    while (!stop.signal.aborted) {
      rung = false
      const claimed = await round().catch(postponed)
      if (claimed === 0 && !rung && !stop.signal.aborted) await rest()
    }
  }

  /** How many were asked for; they are on their way while the next round begins. */
  async function round(): Promise<number> {
    await expireOverdue(pool, now())
    const claimed = await claimDue(pool, timeoutMs + pauseAfter(1))
    for (const due of claimed) {
      const trying = tryOnce(due).catch(postponed)
      underWay.add(trying)
      void trying.finally(() => underWay.delete(trying))
    }
    if (away) log.info('commands are delivered again')
    away = false
    return claimed.length
  }

  async function tryOnce(due: ClaimedCommand): Promise<void> {
    const outcome = await deliver(nats, due, timeoutMs)
    const again = (missed: Missed) => tryAgain(pool, due.seq, pauseAfter(due.tries), missed)
    if (outcome.kind === 'nobody-listens') return again({ surely: true, why: NOT_CONNECTED })
    if (outcome.kind === 'silence') {
      log.debug({ err: outcome.error, gateway: due.gateway }, 'a gateway does not answer a command')
      return again({ surely: false, why: NO_ANSWER })
    }
    const { reply } = outcome
    if ('step' in reply) {
      const { command, gatewayId } = due
      if (reply.step.command !== command.id) return again({ surely: false, why: NO_ANSWER })
      await inTransaction(pool, (tx) => enterGatewaySteps(tx, [{ gatewayId, command, step: reply.step }]))
      // The next command of this device may go.
      return wake()
    }
    const { retryable, ...error } = reply.error
    // What a broken disk took in part may be read from it after a restart.
    if (retryable) return again({ surely: error.code !== 'journal-broken', why: error })
    return due.cancelAuthor === null ? enterRefusal(pool, due, error, now()) : giveUpCancelling(pool, due.seq)
  }

  function postponed(error: unknown): number {
    if (!away) log.warn({ err: error }, 'commands wait: the database does not answer')
    away = true
    return 0
  }

  function rest(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, everyMs)
      ring = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  function wake(): void {
    rung = true
    ring()
  }

  const underWay = new Set<Promise<unknown>>()
  const running = run()
  return {
    wake,
    async [Symbol.asyncDispose]() {
      stop.abort()
      wake()
      await running
      await Promise.all(underWay)
    },
  }
}

function pauseAfter(tries: number): number {
  return Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (tries - 1))
}

const NOT_CONNECTED: CommandError = {
  code: 'not-connected',
  message: '网关不在线 the gateway is not connected',
  remedy: '请检查网关与网络。 See why the gateway is away; it is tried again until the command expires.',
}
const NO_ANSWER: CommandError = {
  code: 'no-answer',
  message: '网关未答复 the gateway did not answer',
  remedy: '将自动重试。 It is asked again by itself.',
}
