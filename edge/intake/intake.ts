import { errorDocument, GanzhiError, isGanzhiError } from '@ganzhi/contracts/error'
import { once } from 'node:events'
import { chmodSync, rmSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import type { Logger } from 'pino'
import type { Outbox } from '../outbox/outbox.ts'
import { jsonLines } from './json-lines.ts'
import { type Answer, checkSubmission, type SubmissionError, type SubmissionId } from './submission.ts'
import { PartlyAccepted, submissionTaker } from './take-submission.ts'

export interface IntakeOptions {
  /** The outbox's lock makes us the only agent here, so that a socket that stands there is a dead one's. */
  readonly path: string
  readonly outbox: Pick<Outbox, 'append' | 'putTable'>
  readonly status: () => Readonly<Record<string, unknown>>
  /** What local people and programs ask about commands. */
  readonly command: (request: unknown) => Promise<Readonly<Record<string, unknown>>>
  /** And about cameras. */
  readonly camera: (request: unknown) => Promise<Readonly<Record<string, unknown>>>
  readonly log: Logger
}

export interface Intake extends AsyncDisposable {
  readonly counters: { submissions: number; refused: number; connections: number }
}

/** A picture of 6 MB in base64. */
const LINE_BYTES = 8 * 1024 * 1024
/** Submissions of one connection that are not answered yet; beyond it we read no further. */
const MOST_IN_FLIGHT = 256
const MOST_CONNECTIONS = 64
/** Only the agent's own user. */
const MODE = 0o600

/** The unix socket on which local programs hand in readings, events and evidence; see Submission. */
export async function openIntake(options: IntakeOptions): Promise<Intake> {
  const { path, outbox, status, command, camera, log } = options
  const take = submissionTaker(outbox)
  const counters = { submissions: 0, refused: 0, connections: 0 }
  const sockets = new Set<Socket>()

  async function answerTo(line: string): Promise<Answer> {
    let id: SubmissionId | null = null
    try {
      const document = parsed(line)
      id = idOf(document)
      const submission = checkSubmission(document)
      if ('status' in submission) return { id, ...status() }
      if ('command' in submission) return { id, ...(await command(submission.command)) }
      if ('camera' in submission) return { id, ...(await camera(submission.camera)) }
      const accepted = await take(submission)
      counters.submissions += 1
      return { id, accepted }
    } catch (error) {
      counters.refused += 1
      return { id, error: submissionError(error, log) }
    }
  }

  async function serve(socket: Socket): Promise<void> {
    const inFlight = new Set<Promise<void>>()
    try {
      for await (const line of jsonLines(socket, LINE_BYTES)) {
        const reply = async () => {
          const answer = await answerTo(line)
          if (socket.writable) socket.write(`${JSON.stringify(answer)}\n`)
        }
        const replying = reply().finally(() => inFlight.delete(replying))
        inFlight.add(replying)
        if (inFlight.size >= MOST_IN_FLIGHT) await Promise.race(inFlight)
        // A program that does not read its answers gets no more of our memory.
        if (socket.writableNeedDrain) await Promise.race([once(socket, 'drain'), once(socket, 'close')])
      }
    } catch (error) {
      // Reset, or a line too long: the stream is destroyed with it.
      log.debug({ err: error }, 'a local program left')
    }
    await Promise.allSettled(inFlight)
    socket.end()
  }

  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket)
    counters.connections = sockets.size
    socket.on('error', () => socket.destroy())
    socket.on('close', () => {
      sockets.delete(socket)
      counters.connections = sockets.size
    })
    void serve(socket)
  })
  server.maxConnections = MOST_CONNECTIONS

  rmSync(path, { force: true })
  const mask = process.umask(0o777 & ~MODE)
  try {
    server.listen(path)
  } finally {
    process.umask(mask)
  }
  await once(server, 'listening')
  chmodSync(path, MODE)

  return {
    counters,
    async [Symbol.asyncDispose]() {
      server.close()
      for (const socket of sockets) socket.destroy()
      if (server.listening) await once(server, 'close')
      rmSync(path, { force: true })
    },
  }
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch (cause) {
    throw new GanzhiError('a line is not JSON', {
      code: 'bad-input',
      blame: 'caller',
      remedy: 'Write one JSON document a line.',
      cause,
    })
  }
}

function idOf(document: unknown): SubmissionId | null {
  if (typeof document !== 'object' || document === null || !('id' in document)) return null
  const { id } = document
  return typeof id === 'string' || typeof id === 'number' ? id : null
}

function submissionError(error: unknown, log: Logger): SubmissionError {
  if (error instanceof PartlyAccepted) {
    return { ...submissionError(error.cause, log), accepted: error.accepted }
  }
  if (!isGanzhiError(error)) {
    log.error({ err: error }, 'a submission failed')
    return { code: 'internal', message: 'the agent failed on this; its log says why', retryable: true }
  }
  return { ...errorDocument(error), retryable: error.retryable }
}
