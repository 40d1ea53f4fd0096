import type { Socket } from 'node:net'
import { keyOf, share } from '../../signal.ts'
import { type Camera, cameraAt } from '../camera.ts'
import type { Guard } from '../credentials.ts'
import { nalType } from '../film/access-units.ts'
import type { Stream } from '../stream.ts'
import type { RtspReply, RtspRequest } from './message.ts'
import { type Playing, setUp } from './playing.ts'
import { sdpOf } from './sdp.ts'
import { chosenTransport } from './transport.ts'

export interface AnswerOptions {
  readonly cameras: readonly Camera[]
  readonly guard: Guard
  /** As the player is told; who counts it is the connection. */
  readonly timeoutMs: number
  readonly socket: Socket
  /** Differs from connection to connection. */
  readonly key: number
  /** The player has shown that it is still there. */
  readonly heard: () => void
}

export interface Answers extends Disposable {
  /** `refused`: whatever it says to prove who it is. */
  to(request: RtspRequest, refused: boolean): Promise<Answer>
}

export interface Answer extends RtspReply {
  /** To be done once the reply is on its way. */
  readonly after?: () => void
}

const METHODS = ['OPTIONS', 'DESCRIBE', 'SETUP', 'PLAY', 'GET_PARAMETER', 'SET_PARAMETER', 'TEARDOWN']
const SPS = 7
const PPS = 8

/** What a camera says to one player, which may have one session at a time. */
export function makeAnswers(options: AnswerOptions): Answers {
  const { cameras, guard, socket, heard, timeoutMs } = options
  let sessions = 0
  let session: { readonly id: string; readonly playing: Playing } | undefined
  const end = () => {
    session?.playing[Symbol.dispose]()
    session = undefined
  }

  const describe = async (uri: string): Promise<Answer> => {
    const stream = streamAt(cameras, uri)
    if (!stream) return { status: 404 }
    const { parts } = await stream.first()
    const set = (type: number) => parts.find((nal) => nalType(nal) === type) ?? Buffer.alloc(0)
    const name = `ganzhi-sim camera ${stream.camera} ${stream.name}`
    const address = socket.localAddress ?? '127.0.0.1'
    return {
      status: 200,
      headers: { 'Content-Type': 'application/sdp', 'Content-Base': `${withoutTrack(uri)}/` },
      body: sdpOf({ name, fps: stream.fps, sps: set(SPS), pps: set(PPS), address }),
    }
  }
  const setup = async ({ uri, headers }: RtspRequest): Promise<Answer> => {
    const stream = streamAt(cameras, uri)
    if (!stream) return { status: 404 }
    if (session) return { status: 455 }
    const transport = chosenTransport(headers.get('transport') ?? '')
    if (!transport) return { status: 461 }
    const key = keyOf(options.key, 'session', sessions++)
    const playing = await setUp({ stream, transport, socket, key, heard })
    const id = Math.floor(share(key) * 2 ** 32)
      .toString()
      .padStart(10, '0')
    session = { id, playing }
    const Session = `${id};timeout=${Math.ceil(timeoutMs / 1_000)}`
    return { status: 200, headers: { Transport: playing.transport, Session } }
  }
  const inSession = ({ method, uri }: RtspRequest, { id, playing }: NonNullable<typeof session>): Answer => {
    const headers = { Session: id }
    if (method === 'TEARDOWN') {
      end()
      return { status: 200, headers }
    }
    if (method !== 'PLAY') return { status: 200, headers }
    const { sender, stream } = playing
    const info = `seq=${sender.nextSequence};rtptime=${sender.rtpTimeAt(stream.pictureTime())}`
    return {
      status: 200,
      headers: { ...headers, Range: 'npt=now-', 'RTP-Info': `url=${withoutTrack(uri)}/${TRACK};${info}` },
      after: () => playing.play(),
    }
  }
  return {
    async to(request, refused) {
      const { method, uri, headers } = request
      const required = headers.get('require')
      if (required !== undefined) return { status: 551, headers: { Unsupported: required } }
      if (method === 'OPTIONS') return { status: 200, headers: { Public: METHODS.join(', ') } }
      if (!METHODS.includes(method)) return { status: 501 }
      if (refused || !guard.admits(method, headers.get('authorization'))) {
        return { status: 401, headers: { 'WWW-Authenticate': guard.challenges } }
      }
      if (method === 'DESCRIBE') return await describe(uri)
      if (method === 'SETUP') return await setup(request)
      const id = headers.get('session')?.split(';')[0]
      if (session && id === session.id) return inSession(request, session)
      // Some players keep a connection alive before they have a session.
      const harmless = method.endsWith('_PARAMETER') && id === undefined
      return { status: harmless ? 200 : 454 }
    },
    [Symbol.dispose]: end,
  }
}

const TRACK = 'trackID=0'

function withoutTrack(uri: string): string {
  return uri.replace(/\/trackID=0$/, '').replace(/\/+$/, '')
}

export function streamAt(cameras: readonly Camera[], uri: string): Stream | undefined {
  const at = cameraAt(cameras, pathOf(uri))
  return at && (at.rest === 'main' || at.rest === 'sub') ? at.camera.streams[at.rest] : undefined
}

/** Of `rtsp://host:554/cam1/sub?x=1`, or of a bare path. */
function pathOf(uri: string): string {
  const [path = ''] = withoutTrack(uri).split('?')
  return path.replace(/^rtsp:\/\/[^/]*/i, '')
}
