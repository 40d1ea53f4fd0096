import type { Socket } from 'node:net'
import type { Logger } from 'pino'
import type { Camera } from '../camera.ts'
import type { Guard } from '../credentials.ts'
import type { Faults } from '../fault.ts'
import { type Answers, makeAnswers, streamAt } from './answers.ts'
import { replyBytes, type RtspRequest, takeMessage } from './message.ts'

export interface RtspOptions {
  readonly cameras: readonly Camera[]
  readonly guard: Guard
  readonly faults: Faults
  /** A player that says nothing for so long is hung up on. */
  readonly timeoutMs: number
  readonly log: Logger
}

/** Answers a player; what it has set up ends with its connection. */
export async function attend(socket: Socket, key: number, options: RtspOptions): Promise<void> {
  const silence = setTimeout(() => socket.destroy(), options.timeoutMs)
  const heard = () => void silence.refresh()
  using answers = makeAnswers({ ...options, socket, key, heard })
  try {
    let received: Buffer = Buffer.alloc(0)
    for await (const chunk of socket) {
      heard()
      received = Buffer.concat([received, chunk as Buffer])
      for (let message = takeMessage(received); message; message = takeMessage(received)) {
        if (message.kind === 'bad') {
          options.log.debug({ reason: message.reason }, 'not RTSP')
          return void socket.end(replyBytes({ status: 400 }, undefined))
        }
        received = received.subarray(message.length)
        if (message.kind === 'packet') continue
        if ((await reply(socket, message.request, answers, options)) === 'close') return
      }
    }
  } catch (error) {
    options.log.debug({ err: error }, 'player lost')
  } finally {
    clearTimeout(silence)
    socket.destroySoon()
  }
}

async function reply(
  socket: Socket,
  request: RtspRequest,
  answers: Answers,
  { cameras, faults, log }: RtspOptions,
): Promise<'close' | 'stay'> {
  const stream = streamAt(cameras, request.uri)
  const asked = stream ? { camera: stream.camera, stream: stream.name } : {}
  const befalling = faults.befalling({ place: 'rtsp', ...asked })
  const kinds = new Set(befalling.map(({ kind }) => kind))
  if (kinds.has('close')) return 'close'
  if (kinds.has('hang')) return 'stay'
  const cseq = request.headers.get('cseq')
  try {
    const { after, ...answer } = await answers.to(request, kinds.has('password'))
    socket.write(replyBytes(answer, cseq))
    after?.()
  } catch (error) {
    log.error({ err: error }, 'no answer to a player')
    socket.write(replyBytes({ status: 503 }, cseq))
  }
  return 'stay'
}
