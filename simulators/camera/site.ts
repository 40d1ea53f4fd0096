import type { Logger } from 'pino'
import type { Listener } from '../listener.ts'
import { type Camera, type CameraAddresses, makeCamera } from './camera.ts'
import { type Credentials, makeGuard, type Schemes } from './credentials.ts'
import type { Faults } from './fault.ts'
import type { Film, Size } from './film/film.ts'
import { serveHttp } from './http/server.ts'
import { answerProbes, type Discovery } from './onvif/discovery.ts'
import { serveRtsp } from './rtsp/server.ts'

export interface SiteOptions {
  /** What each camera sees, from camera 1 on. */
  readonly views: readonly { readonly film: Film; readonly moving: boolean }[]
  readonly mainSize: Size
  readonly subSize: Size
  readonly fps: number
  readonly noise: number
  readonly seed: number
  readonly host: string
  readonly ports: { readonly rtsp: number; readonly http: number; readonly discovery?: number }
  readonly credentials: Credentials | undefined
  readonly schemes: Schemes
  readonly timeoutMs: number
  readonly faults: Faults
  readonly now: () => number
  readonly log: Logger
}

/** Cameras behind one RTSP and one HTTP port. */
export interface Site extends AsyncDisposable {
  readonly cameras: readonly Camera[]
  readonly rtsp: Listener
  readonly http: Listener
  readonly discovery: Discovery | undefined
  addressesOf(camera: number): CameraAddresses
}

export async function openSite(options: SiteOptions): Promise<Site> {
  const { views, host, ports, seed, log } = options
  await using stack = new AsyncDisposableStack()
  const cameras = views.map((view, i) => stack.use(makeCamera({ ...options, ...view, id: i + 1 })))
  const shared = { ...options, cameras, guard: makeGuard(options.credentials, options.schemes, seed) }
  const at = host.includes(':') ? `[${host}]` : host
  const addressesOf = (camera: number): CameraAddresses => ({
    main: `rtsp://${at}:${rtsp.port}/cam${camera}/main`,
    sub: `rtsp://${at}:${rtsp.port}/cam${camera}/sub`,
    mjpeg: `http://${at}:${http.port}/cam${camera}/mjpeg`,
    snapshot: `http://${at}:${http.port}/cam${camera}/snapshot.jpg`,
    onvif: `http://${at}:${http.port}/cam${camera}/onvif/device_service`,
  })
  const rtsp = stack.use(await serveRtsp({ ...shared, port: ports.rtsp }))
  const http = stack.use(await serveHttp({ ...shared, port: ports.http, addressesOf }))
  const services = cameras.map(({ id }) => addressesOf(id).onvif)
  const discovery =
    ports.discovery === undefined
      ? undefined
      : stack.use(await answerProbes({ host, port: ports.discovery, services, seed, log }))
  const owned = stack.move()
  return { cameras, rtsp, http, discovery, addressesOf, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}
