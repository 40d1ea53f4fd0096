import { connect } from 'node:net'
import { networkTrouble, trouble } from './http-camera.ts'

const PATIENCE_MS = 3_000
const PORTS: Readonly<Record<string, number>> = { 'rtsp:': 554, 'rtsps:': 322 }

/** Dials once: a camera that is away costs a packet, not a process. Throws CameraTrouble when it can't be reached. */
export function reach(address: string, signal: AbortSignal): Promise<void> {
  const { hostname, port, protocol } = new URL(address)
  const socket = connect({
    host: hostname.replace(/^\[(.*)\]$/, '$1'),
    port: Number(port) || (PORTS[protocol] ?? 554),
    timeout: PATIENCE_MS,
    signal,
  })
  return new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve)
    socket.once('timeout', () => reject(trouble('unreachable')))
    socket.once('error', (error) => reject(signal.aborted ? (signal.reason as Error) : networkTrouble(error)))
  }).finally(() => socket.destroy())
}
