import { setTimeout as delay } from 'node:timers/promises'

import { openGate } from '../faults/load/gate.ts'
import { type IntakeClient, openIntakeClient } from '../faults/load/intake-client.ts'
import type { LoadLedger } from '../faults/load/load-ledger.ts'
import type { Random } from '../faults/random.ts'
import { openLabValues } from './lab-values.ts'

/** Gateways that are handed values as time goes by. */
export interface HandIn extends AsyncDisposable {
  readonly add: (gateway: { readonly gateway: string; readonly intake: string }) => void
  /** Nothing is under way any more when it resolves. */
  readonly pause: () => Promise<void>
  readonly resume: () => void
  /** From now on there are events, too: a rule is only for devices of which its property was heard. */
  readonly letHappen: () => void
  /** How far the devices' clocks are off, from now on. */
  readonly setOff: (ms: number) => void
}

const EVERY_MS = 500

export function startHandIn(ledger: LoadLedger, random: Random, signal: AbortSignal): HandIn {
  const ended = new AbortController()
  const stopped = AbortSignal.any([signal, ended.signal])
  const gate = openGate()
  const clients: IntakeClient[] = []
  const workers: Promise<void>[] = []
  let offMs = 0
  let happens = false

  const work = async (gateway: string, client: IntakeClient): Promise<void> => {
    const values = openLabValues(random.fork(gateway), gateway)
    while (!stopped.aborted) {
      await client.connected(stopped)
      const leave = await gate.enter()
      try {
        for (const contents of values.next(Date.now() + offMs, happens)) {
          const submission = await ledger.handIn({ gateway, source: gateway, items: [] })
          const answer = await client.submit(contents)
          // What is not answered may be accepted or not: it is not handed in again.
          if (answer.kind !== 'accepted') break
          await submission.accept(answer.records.map((record) => ({ gateway, ...record })))
        }
      } finally {
        leave()
      }
      await delay(EVERY_MS, undefined, { signal: stopped })
    }
  }

  return {
    add({ gateway, intake }) {
      const client = openIntakeClient(intake)
      clients.push(client)
      workers.push(
        work(gateway, client).catch((error: unknown) => {
          if (!stopped.aborted) throw error
        }),
      )
    },
    pause: gate.close,
    resume: gate.open,
    letHappen() {
      happens = true
    },
    setOff(ms) {
      offMs = ms
    },
    async [Symbol.asyncDispose]() {
      ended.abort()
      gate.open()
      for (const client of clients) client.close()
      await Promise.all(workers)
    },
  }
}
