import { setTimeout as delay } from 'node:timers/promises'

import type { Random } from '../random.ts'
import { until } from '../until.ts'
import { openGate } from './gate.ts'
import { type IntakeClient, openIntakeClient } from './intake-client.ts'
import type { LoadLedger } from './load-ledger.ts'
import { type LoadShape, type Source, itemsOf, openSource } from './workload.ts'

/** Sources that hand in readings, events and evidence at gateways, each as fast as it gets its answers. */
export interface Load extends AsyncDisposable {
  /** Submissions that were accepted so far, by this gateway or by all together. */
  readonly accepted: (by?: { readonly gateway: string }) => number
  /** Submissions that were refused, by the reason they were given. */
  refused(): ReadonlyMap<string, number>
  /** Resolves when so many more were accepted, by this gateway or by all together. */
  more(count: number, by?: { readonly gateway: string }): Promise<void>
  readonly add: (gateway: { readonly gateway: string; readonly intake: string }) => void
  /** Nothing is under way any more when it resolves. */
  readonly pause: () => Promise<void>
  readonly resume: () => void
  /** What the sources believe to be the time from now on. */
  setClock(now: () => number): void
}

export interface LoadOptions {
  readonly ledger: LoadLedger
  readonly random: Random
  readonly signal: AbortSignal
  readonly shape?: LoadShape | undefined
}

const SOURCES = [
  { name: 'meter', lane: 'telemetry', pauseMs: 0 },
  { name: 'pump', lane: 'telemetry', pauseMs: 0 },
  { name: 'street', lane: 'events', pauseMs: 50 },
  { name: 'camera', lane: 'evidence', pauseMs: 200 },
] as const

const PROGRESS_WITHIN_MS = 60_000
const REFUSED_PAUSE_MS = 200

export function startLoad({ ledger, random, signal, shape }: LoadOptions): Load {
  const ended = new AbortController()
  const stopped = AbortSignal.any([signal, ended.signal])
  const refused = new Map<string, number>()
  const workers: Promise<void>[] = []
  const clients: IntakeClient[] = []
  const gate = openGate()
  let clock: () => number = Date.now

  /** One after the other: that is what makes the order of a source's records known. */
  async function work(source: Source, client: IntakeClient, pauseMs: number): Promise<void> {
    while (!stopped.aborted) {
      await client.connected(stopped)
      const leave = await gate.enter()
      try {
        await handIn(source, client)
      } finally {
        leave()
      }
      await delay(pauseMs, undefined, { signal: stopped })
    }
  }

  async function handIn(source: Source, client: IntakeClient): Promise<void> {
    const { gateway, name } = source
    const contents = source.next()
    const items = itemsOf(gateway, contents)
    const submission = await ledger.handIn({ gateway, source: `${gateway}/${name}`, items })
    const answer = await client.submit(contents)
    if (answer.kind === 'accepted') {
      await submission.accept(answer.records.map((record) => ({ gateway, ...record })))
      return
    }
    const reason = answer.kind === 'refused' ? answer.code : 'no answer'
    refused.set(reason, (refused.get(reason) ?? 0) + 1)
    await delay(REFUSED_PAUSE_MS, undefined, { signal: stopped })
  }

  return {
    accepted: (by) => ledger.accepted(by?.gateway),
    refused: () => refused,
    async more(count, by) {
      const before = ledger.accepted(by?.gateway)
      const target = before + count
      await until(
        () => `${count} more accepted submissions, only ${ledger.accepted(by?.gateway) - before}`,
        () => ledger.accepted(by?.gateway) >= target,
        { withinMs: PROGRESS_WITHIN_MS, signal },
      )
    },
    add({ gateway, intake }) {
      const client = openIntakeClient(intake)
      clients.push(client)
      const turn = clients.length
      for (const { name, lane, pauseMs } of SOURCES) {
        const unique = `${name}-${turn}`
        const source = openSource({
          gateway,
          name: unique,
          lane,
          shape,
          random: random.fork(`${gateway}/${unique}`),
          now: () => Math.trunc(clock()),
        })
        workers.push(work(source, client, pauseMs).catch(ignoreAbort(stopped)))
      }
    },
    pause: gate.close,
    resume: gate.open,
    setClock: (now) => {
      clock = now
    },
    async [Symbol.asyncDispose]() {
      ended.abort()
      gate.open()
      for (const client of clients) client.close()
      await Promise.all(workers)
    },
  }
}

function ignoreAbort(signal: AbortSignal) {
  return (error: unknown) => {
    if (!signal.aborted) throw error
  }
}
