import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Logger } from 'pino'
import { type Listener, listening } from '../../listener.ts'
import { type Camera, type CameraAddresses, cameraAt } from '../camera.ts'
import type { Guard } from '../credentials.ts'
import type { Faults } from '../fault.ts'
import { answerOnvif } from '../onvif/answers.ts'
import { sendPictures, sendSnapshot } from './pictures.ts'

export interface HttpOptions {
  readonly host: string
  readonly port: number
  readonly cameras: readonly Camera[]
  readonly guard: Guard
  readonly faults: Faults
  readonly addressesOf: (camera: number) => CameraAddresses
  readonly log: Logger
}

/** JPEGs one by one, JPEGs as a stream, and ONVIF. */
export async function serveHttp(options: HttpOptions): Promise<Listener> {
  const server = createServer((request, response) => {
    answer(request, response, options).catch((error: unknown) => {
      options.log.error({ err: error }, 'no answer to a client')
      if (!response.headersSent) response.writeHead(503)
      response.end()
    })
  })
  return await listening(server, options.host, options.port)
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  options: HttpOptions,
): Promise<void> {
  const { cameras, guard, faults } = options
  const { method = '', url = '' } = request
  const at = cameraAt(cameras, url.split('?')[0] ?? '')
  const stream = at?.rest === 'mjpeg' ? 'mjpeg' : at?.rest === 'snapshot.jpg' ? 'snapshot' : undefined
  const befalling = faults.befalling({
    place: 'http',
    ...(at ? { camera: at.camera.id } : {}),
    ...(stream ? { stream } : {}),
  })
  const kinds = new Set(befalling.map(({ kind }) => kind))
  if (kinds.has('close')) return void request.socket.destroy()
  if (kinds.has('hang')) return
  if (!at) return plain(response, 404)
  const admitted = !kinds.has('password') && guard.admits(method, request.headers.authorization)
  if (at.rest.startsWith('onvif/')) {
    const isRight = (xml: string) => !kinds.has('password') && (admitted || guard.admitsToken(xml))
    return await answerOnvif(request, response, {
      camera: at.camera,
      isRight,
      addresses: options.addressesOf(at.camera.id),
    })
  }
  if (!stream) return plain(response, 404)
  if (!admitted) return plain(response, 401, { 'WWW-Authenticate': [...guard.challenges] })
  if (method !== 'GET') return plain(response, 405)
  if (kinds.has('page')) {
    response.writeHead(200, { 'Content-Type': 'text/html' })
    return void response.end('<!doctype html><title>Login</title><h1>Web camera</h1>')
  }
  const type = kinds.has('type') ? 'text/plain' : 'image/jpeg'
  if (stream === 'mjpeg') sendPictures(response, at.camera.streams.mjpeg, type)
  else await sendSnapshot(response, at.camera.streams.snapshot, type)
}

function plain(response: ServerResponse, status: number, headers: Record<string, string[]> = {}): void {
  response.writeHead(status, headers)
  response.end()
}
