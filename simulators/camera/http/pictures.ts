import type { ServerResponse } from 'node:http'
import type { Picture, Stream } from '../stream.ts'

const BOUNDARY = 'picture'
/** A client that reads too slowly misses pictures rather than having us store them. */
const MAX_UNREAD = 2 ** 22

/** Until the client goes away. */
export function sendPictures(response: ServerResponse, stream: Stream, type: string): void {
  const mixed = type.startsWith('image/') ? `multipart/x-mixed-replace; boundary=${BOUNDARY}` : type
  response.writeHead(200, { 'Content-Type': mixed, 'Cache-Control': 'no-store', Connection: 'close' })
  response.flushHeaders()
  const watching = stream.watch({
    see({ parts }) {
      if (response.writableLength > MAX_UNREAD) return
      const jpeg = Buffer.concat(parts)
      response.write(`--${BOUNDARY}\r\nContent-Type: ${type}\r\nContent-Length: ${jpeg.length}\r\n\r\n`)
      response.write(jpeg)
      response.write('\r\n')
    },
    hangUp: () => response.destroy(),
  })
  response.on('close', () => watching[Symbol.dispose]())
}

export async function sendSnapshot(response: ServerResponse, stream: Stream, type: string): Promise<void> {
  const seen = Promise.withResolvers<Picture | undefined>()
  const leaves = () => seen.resolve(undefined)
  using _ = stream.watch({ see: seen.resolve, hangUp: leaves })
  response.on('close', leaves)
  const picture = await seen.promise
  if (!picture) return void response.destroy()
  const jpeg = Buffer.concat(picture.parts)
  response.writeHead(200, {
    'Content-Type': type,
    'Content-Length': jpeg.length,
    'Cache-Control': 'no-store',
  })
  response.end(jpeg)
}
