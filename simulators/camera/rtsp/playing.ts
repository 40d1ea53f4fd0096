import type { Socket } from 'node:net'
import { keyOf, share } from '../../signal.ts'
import type { Picture, Stream } from '../stream.ts'
import { makeRtpSender, type PacketWay, type RtpSender } from './rtp-sender.ts'
import type { Transport } from './transport.ts'
import { openUdpPair } from './udp-pair.ts'

/** A player that reads too slowly misses pictures rather than having us store them. */
const MAX_UNREAD = 2 ** 22

/** One stream on its way to one player. */
export interface Playing extends Disposable {
  readonly stream: Stream
  /** The Transport header of the reply to SETUP. */
  readonly transport: string
  readonly sender: RtpSender
  play(): void
}

export interface PlayingOptions {
  readonly stream: Stream
  readonly transport: Transport
  readonly socket: Socket
  /** Differs from session to session. */
  readonly key: number
  readonly heard: () => void
}

export async function setUp(options: PlayingOptions): Promise<Playing> {
  const { stream, transport, socket, key } = options
  const { way, ports, dispose } = await wayOf(options)
  const number = (name: string, limit: number) => Math.floor(share(keyOf(key, name)) * limit)
  const ssrc = number('ssrc', 2 ** 32)
  const sender = makeRtpSender({
    ssrc,
    firstSequence: number('sequence', 2 ** 16),
    timeOffset: number('time', 2 ** 32),
    way,
  })
  let missed = false
  let watching: Disposable | undefined
  const see = (picture: Picture) => {
    if (socket.writableLength > MAX_UNREAD) missed = true
    if (missed && !(picture.key && socket.writableLength === 0)) return
    missed = false
    sender.send(picture)
  }
  const profile = transport.kind === 'udp' ? 'RTP/AVP/UDP' : 'RTP/AVP/TCP'
  return {
    stream,
    sender,
    transport: `${profile};unicast;${ports};ssrc=${ssrc.toString(16).padStart(8, '0').toUpperCase()}`,
    play() {
      watching ??= stream.watch({ see, hangUp: () => socket.destroy() })
    },
    [Symbol.dispose]() {
      watching?.[Symbol.dispose]()
      dispose()
    },
  }
}

async function wayOf({
  transport,
  socket,
  heard,
}: PlayingOptions): Promise<{ way: PacketWay; ports: string; dispose: () => void }> {
  const { rtp, rtcp } = transport
  if (transport.kind === 'interleaved') {
    const write = (channel: number) => (packet: Buffer) => {
      if (socket.writable) socket.write(interleaved(channel, packet))
    }
    return { way: { rtp: write(rtp), rtcp: write(rtcp) }, ports: `interleaved=${rtp}-${rtcp}`, dispose() {} }
  }
  const { localAddress = '127.0.0.1', remoteAddress: address = '127.0.0.1' } = socket
  const pair = await openUdpPair({ localAddress, address, rtp, rtcp, heard })
  return {
    way: pair,
    ports: `client_port=${rtp}-${rtcp};server_port=${pair.rtpPort}-${pair.rtcpPort}`,
    dispose: () => pair[Symbol.dispose](),
  }
}

/** RFC 2326 §10.12. */
function interleaved(channel: number, packet: Buffer): Buffer {
  const header = Buffer.from([0x24, channel, packet.length >> 8, packet.length & 0xff])
  return Buffer.concat([header, packet])
}
