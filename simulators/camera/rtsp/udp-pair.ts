import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import type { PacketWay } from './rtp-sender.ts'

export interface UdpPair extends PacketWay, Disposable {
  readonly rtpPort: number
  readonly rtcpPort: number
}

export interface UdpPeer {
  /** Where we are, as the player reached us. */
  readonly localAddress: string
  readonly address: string
  readonly rtp: number
  readonly rtcp: number
  /** The player's RTCP shows that it is still there. */
  readonly heard: () => void
}

/** An even port for RTP and the next one for RTCP (RFC 3550 §11). */
export async function openUdpPair({ localAddress, address, rtp, rtcp, heard }: UdpPeer): Promise<UdpPair> {
  const [even, odd] = await evenAndOdd(localAddress)
  odd.on('message', (_, from) => {
    if (from.address === address) heard()
  })
  const send = (socket: Socket, packet: Buffer, port: number) => socket.send(packet, port, address, () => {})
  return {
    rtpPort: even.address().port,
    rtcpPort: odd.address().port,
    rtp: (packet) => send(even, packet, rtp),
    rtcp: (packet) => send(odd, packet, rtcp),
    [Symbol.dispose]() {
      even.close()
      odd.close()
    },
  }
}

async function evenAndOdd(address: string): Promise<[Socket, Socket]> {
  for (let left = 50; ; left--) {
    const even = await bound(address, 0)
    const { port }: AddressInfo = even.address()
    try {
      if (port % 2 === 0) return [even, await bound(address, port + 1)]
    } catch (error) {
      if (left === 0) throw error
    }
    even.close()
  }
}

async function bound(address: string, port: number): Promise<Socket> {
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4')
  socket.bind(port, address)
  await once(socket, 'listening')
  // A player that has gone away is no error of ours.
  socket.on('error', () => {})
  return socket
}
