import type { Socket } from 'node:net'

/** Bytes to and fro, without ends of frames: a serial port, or a socket to one. */
export interface ByteLine {
  write(bytes: Uint8Array): void
  /** `onClose` is called once, however it ended. */
  listen(listener: LineListener): void
  close(): void
  /** Why nothing can come any more, though nobody has said so; asked when an answer is missing. */
  lost(): string | undefined
}

export interface LineListener {
  readonly onData: (chunk: Uint8Array) => void
  readonly onClose: (cause: Error | undefined) => void
}

export function socketLine(socket: Socket): ByteLine {
  return {
    write: (bytes) => void socket.write(bytes),
    listen({ onData, onClose }) {
      let cause: Error | undefined
      socket.on('data', onData)
      socket.on('error', (error) => (cause = error))
      socket.on('close', () => onClose(cause))
    },
    close: () => void socket.destroy(),
    lost: () => undefined,
  }
}
