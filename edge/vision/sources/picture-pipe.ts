import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PpmReader, type PpmReaderOptions } from './ppm-reader.ts'

export interface PicturePipe extends Disposable {
  /** For the child that writes pictures into it; then to be destroyed, so that the child's is the only one. */
  readonly end: Socket
  /** All is read; rejects where that was something else than pictures. */
  readonly ended: Promise<unknown>
  pause(): void
  resume(): void
}

/**
 * A pipe whose bytes come straight into a picture's memory. What Node has for a child comes in pieces of 64 KiB, each in
 * memory of its own: to copy and to free a picture's eleven costs three times what reading them does. Only sockets read
 * into given memory, and only those that connect; so a child gets the other end of one.
 */
export async function openPicturePipe(options: PpmReaderOptions): Promise<PicturePipe> {
  const reader = new PpmReader(options)
  // Nobody else may enter it.
  const dir = await mkdtemp(join(tmpdir(), 'ganzhi-pipe-'))
  const server = createServer({ pauseOnConnect: true })
  try {
    const path = join(dir, 'pipe')
    await once(server.listen(path), 'listening')
    const connected = once(server, 'connection')
    const socket: Socket = connect({
      path,
      onread: {
        buffer: () => reader.room,
        callback(bytes) {
          try {
            reader.came(bytes)
          } catch (error) {
            socket.destroy(error as Error)
          }
          return true
        },
      },
    })
    const ended = once(socket, 'close')
    const [end] = (await connected) as [Socket]
    return {
      end,
      ended,
      pause: () => void socket.pause(),
      resume: () => void socket.resume(),
      [Symbol.dispose]() {
        end.destroy()
        socket.destroy()
      },
    }
  } finally {
    server.close()
    await rm(dir, { recursive: true })
  }
}
