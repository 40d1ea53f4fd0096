import type { Value } from '@ganzhi/contracts/reading'
import type { RecordKey } from '@ganzhi/contracts/record-key'
import { once } from 'node:events'
import { type Socket, connect } from 'node:net'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'

import type { Contents } from './workload.ts'

export type AcceptedKey = Omit<RecordKey, 'gateway'> & { readonly sha256: string }

export type IntakeAnswer =
  | { readonly kind: 'accepted'; readonly records: readonly AcceptedKey[] }
  | { readonly kind: 'refused'; readonly code: string }
  /** The agent died, or says nothing: what was handed in may be stored or not. */
  | { readonly kind: 'unanswered' }

/** A local program that speaks to the agent on its socket, over as many of the agent's lives as it has. */
export interface IntakeClient {
  connected(signal: AbortSignal): Promise<void>
  submit(contents: Contents): Promise<IntakeAnswer>
  close(): void
}

const RETRY_MS = 100
const ANSWER_WITHIN_MS = 20_000

export function openIntakeClient(path: string): IntakeClient {
  let socket: Socket | undefined
  let connecting: Promise<void> | undefined
  let nextId = 1
  const waiting = new Map<number, (answer: IntakeAnswer) => void>()

  function attach(fresh: Socket): void {
    socket = fresh
    createInterface({ input: fresh })
      .on('line', (line) => {
        const { id, ...answer } = JSON.parse(line) as AnswerLine
        waiting.get(id)?.(answerOf(answer))
      })
      .on('error', () => fresh.destroy())
    fresh.once('close', () => {
      socket = undefined
      for (const answer of waiting.values()) answer({ kind: 'unanswered' })
    })
  }

  async function dial(signal: AbortSignal): Promise<void> {
    while (!socket) {
      signal.throwIfAborted()
      const fresh = connect(path)
      fresh.on('error', () => fresh.destroy())
      const opened = await once(fresh, 'connect', { signal }).catch(() => undefined)
      if (opened) attach(fresh)
      else await delay(RETRY_MS, undefined, { signal })
    }
  }

  return {
    async connected(signal) {
      connecting ??= dial(signal).finally(() => (connecting = undefined))
      await connecting
    },
    async submit(contents) {
      const id = nextId++
      const { promise, resolve } = Promise.withResolvers<IntakeAnswer>()
      waiting.set(id, resolve)
      const late = setTimeout(() => resolve({ kind: 'unanswered' }), ANSWER_WITHIN_MS)
      if (socket) socket.write(`${JSON.stringify({ id, ...documentOf(contents) })}\n`)
      else resolve({ kind: 'unanswered' })
      const answer = await promise
      clearTimeout(late)
      waiting.delete(id)
      return answer
    },
    close: () => socket?.destroy(),
  }
}

interface AnswerLine {
  readonly id: number
  readonly accepted?: readonly AcceptedKey[]
  readonly error?: { readonly code: string; readonly accepted?: readonly AcceptedKey[] }
}

function answerOf({ accepted, error }: Omit<AnswerLine, 'id'>): IntakeAnswer {
  if (accepted) return { kind: 'accepted', records: accepted }
  // Where a part was accepted, the whole may be stored or not.
  if (!error || error.accepted) return { kind: 'unanswered' }
  return { kind: 'refused', code: error.code }
}

function documentOf(contents: Contents): object {
  switch (contents.lane) {
    case 'telemetry':
      return {
        readings: contents.readings.map(({ point, at, quality, value }) => ({
          ...point,
          at,
          quality,
          value: jsonOf(value),
        })),
      }
    case 'events':
      return { event: contents.event }
    case 'evidence': {
      const { contentType, at, object } = contents
      return { evidence: { contentType, at, base64: object.toString('base64') } }
    }
  }
}

function jsonOf(value: Value): unknown {
  if (typeof value === 'bigint') return { integer: String(value) }
  return typeof value === 'number' && !Number.isFinite(value) ? { float: String(value) } : value
}
