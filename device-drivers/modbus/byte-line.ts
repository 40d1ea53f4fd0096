import type { Socket } from 'node:net'
import type { GanzhiError } from '@ganzhi/contracts/error'
import { linkDown } from './wire-error.ts'

/** Bytes to and fro, without ends of frames: a serial port, or a socket to one. */
export interface ByteLine {
  write(bytes: Uint8Array): void
  listen(listener: LineListener): void
  /** Resolves when it can be opened again. */
  close(): Promise<void>
  /** Why nothing can come any more, though nobody has said so; asked when an answer is missing. */
  lost(): GanzhiError | undefined
}

export interface LineListener {
  readonly onData: (chunk: Uint8Array) => void
  /** However it ended. */
  readonly onClose: (fault: GanzhiError) => void
}

export function socketLine(socket: Socket): ByteLine {
  return {
    write: (bytes) => void socket.write(bytes),
    listen({ onData, onClose }) {
      socket.on('data', onData)
      socket.on('error', (cause) => onClose(linkDown(cause.message, { cause })))
      socket.on('close', () => onClose(linkDown('the device closed the connection')))
    },
    close: async () => void socket.destroy(),
    lost: () => undefined,
  }
}
