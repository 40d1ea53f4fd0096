import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface LiveOptions {
  readonly camera: string
  /** The next picture, as JPEG. */
  readonly picture: (signal: AbortSignal) => Promise<Buffer>
  readonly host: string
  /** 0: any that is free. */
  readonly port: number
  readonly signal: AbortSignal
}

export interface LiveServer extends AsyncDisposable {
  /** Whoever has it sees the camera. */
  readonly url: string
}

const BOUNDARY = 'ganzhi-picture'

/** Shows a camera to browsers: a page, and the MJPEG in it. Each viewer is sent the next picture when it has taken the last. */
export async function serveLive(options: LiveOptions): Promise<LiveServer> {
  const { camera, host, port } = options
  // Nobody finds it by chance: no other user of this machine, and no page of another site.
  const secret = randomBytes(12).toString('base64url')
  const server = createServer((request, response) => {
    const path = request.url ?? ''
    if (path === `/${secret}/`) {
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(page(camera))
    } else if (path === `/${secret}/live.mjpeg`) {
      void show(response, options)
    } else {
      response.writeHead(404).end()
    }
  })
  server.listen(port, host)
  await once(server, 'listening')
  const { port: taken } = server.address() as AddressInfo
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${taken}/${secret}/`,
    async [Symbol.asyncDispose]() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

async function show(response: ServerResponse, { picture, signal }: LiveOptions): Promise<void> {
  const gone = new AbortController()
  response.once('close', () => gone.abort(new Error('the viewer has gone')))
  const either = AbortSignal.any([signal, gone.signal])
  response.writeHead(200, {
    'content-type': `multipart/x-mixed-replace; boundary=${BOUNDARY}`,
    'cache-control': 'no-store',
  })
  try {
    while (!either.aborted) {
      const jpeg = await picture(either)
      response.write(`--${BOUNDARY}\r\nContent-Type: image/jpeg\r\nContent-Length: ${jpeg.length}\r\n\r\n`)
      response.write(jpeg)
      if (!response.write('\r\n')) await once(response, 'drain', { signal: either })
    }
  } catch {
    // The agent or the viewer has gone: the browser shows that the picture stands.
  }
  response.destroy()
}

function page(camera: string): string {
  return `<!doctype html><html lang="zh"><meta charset="utf-8"><title>${camera}</title>
<style>body{margin:0;background:#222;display:grid;place-items:center;min-height:100vh}img{max-width:100vw;max-height:100vh}</style>
<img src="live.mjpeg" alt="${camera}"></html>
`
}
