import { createHash } from 'node:crypto'
import { GanzhiError, isGanzhiError } from '@ganzhi/contracts/error'
import { MAX_RECORD_BYTES, type Lane } from '@ganzhi/contracts/record-key'
import type { Clock } from './clock.ts'
import { commitQueue, type CommitQueue } from './commit-queue.ts'
import { HEADER_BYTES } from './frame.ts'
import type { Draft } from './lane-writer.ts'
import { outboxBroken, outboxFull } from './outbox-error.ts'
import type { Accepted } from './outbox.ts'

export interface RecordIntakeOptions {
  readonly clock: Clock
  readonly telemetryMs: number
  readonly inFlightBytes: number
  readonly isTableKnown: (hash: string) => boolean
  readonly commit: (lane: Lane, drafts: readonly Draft[]) => Promise<Accepted[]>
}

type Waiting = Draft & PromiseWithResolvers<Accepted>

/** After a disk error nothing is taken in for so long: a dead disk must not be tried at every sample. */
const REST_MS = 1000

/** Records on their way to the disk, bounded in bytes. */
export function recordIntake(options: RecordIntakeOptions) {
  const { clock, telemetryMs, inFlightBytes, isTableKnown, commit } = options
  const inFlight = new Set<Waiting>()
  let bytes = 0
  let broken: { readonly until: number; readonly cause: unknown } | undefined

  const queues: Readonly<Record<Lane, CommitQueue<Waiting>>> = {
    events: commitQueue(clock, 0, (group) => commitGroup('events', group)),
    telemetry: commitQueue(clock, telemetryMs, (group) => commitGroup('telemetry', group)),
    evidence: commitQueue(clock, telemetryMs, (group) => commitGroup('evidence', group)),
  }

  async function commitGroup(lane: Lane, group: readonly Waiting[]): Promise<void> {
    try {
      const accepted = await commit(lane, group)
      for (const [i, key] of accepted.entries()) group[i]?.resolve(key)
    } catch (error) {
      if (isGanzhiError(error, 'outbox-broken')) {
        broken = { until: clock.elapsed() + REST_MS, cause: error.cause }
      }
      for (const waiting of group) waiting.reject(error)
    }
    for (const waiting of group) {
      inFlight.delete(waiting)
      bytes -= sizeOf(waiting)
    }
  }

  return {
    async append(lane: Lane, body: Uint8Array, table?: string): Promise<Accepted> {
      if (body.length > MAX_RECORD_BYTES) throw recordTooLarge(body.length)
      if (table !== undefined && !isTableKnown(table)) throw unknownTable(table)
      if (broken && clock.elapsed() < broken.until) throw outboxBroken(broken.cause)
      if (bytes + HEADER_BYTES + body.length > inFlightBytes) {
        throw outboxFull(`${bytes} bytes are on their way to the disk`)
      }
      const sha256 = createHash('sha256').update(body).digest('hex')
      const waiting: Waiting = {
        // A copy: what was hashed is what must be written, whatever the caller does with its buffer.
        body: new Uint8Array(body),
        sha256,
        at: clock.now(),
        ...(table !== undefined && { table }),
        ...Promise.withResolvers<Accepted>(),
      }
      inFlight.add(waiting)
      bytes += sizeOf(waiting)
      queues[lane].push(waiting)
      return waiting.promise
    },

    isWaitingFor: (table: string) => [...inFlight].some((waiting) => waiting.table === table),

    async drain(): Promise<void> {
      await Promise.all(Object.values(queues).map((queue) => queue.drain()))
    },
  }
}

function sizeOf({ body }: Draft): number {
  return HEADER_BYTES + body.length
}

function recordTooLarge(bytes: number): GanzhiError {
  return new GanzhiError(`a record of ${bytes} bytes is larger than ${MAX_RECORD_BYTES}`, {
    code: 'record-too-large',
    blame: 'caller',
    field: 'body',
    remedy: 'Split it before it is handed in.',
  })
}

function unknownTable(hash: string): GanzhiError {
  return new GanzhiError(`point table ${hash} is not known to the outbox`, {
    code: 'unknown-table',
    blame: 'caller',
    field: 'table',
    remedy: 'Call putTable before the first batch that uses it.',
  })
}
