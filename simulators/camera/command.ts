import { parseArgs } from 'node:util'
import { aborted, type CommandContext } from '../command-context.ts'
import { obey } from '../orders.ts'
import { keyOf, share } from '../signal.ts'
import { type Camera, makeCamera } from './camera.ts'
import { makeGuard } from './credentials.ts'
import { cameraFaults, parseFault } from './fault.ts'
import { clipFilm } from './film/clip.ts'
import type { Film } from './film/film.ts'
import { loadPhotos, photoFilm } from './film/photos.ts'
import { streetFilm } from './film/street.ts'
import { serveHttp } from './http/server.ts'
import { answerProbes } from './onvif/discovery.ts'
import type { OnvifAddresses } from './onvif/answers.ts'
import { CAMERA_HELP, CAMERA_OPTIONS, checkedOptions } from './options.ts'
import { serveRtsp } from './rtsp/server.ts'

/** Serves until the signal aborts. */
export async function simulateCamera(context: CommandContext): Promise<void> {
  const { values } = parseArgs({ args: [...context.args], options: CAMERA_OPTIONS })
  if (values.help) return context.print(CAMERA_HELP)
  const options = checkedOptions(values)
  const { host, log, now } = { ...context, host: values.host }
  const { seed, fps, noise, mainSize, subSize } = options
  const faults = cameraFaults(seed, values.fault)
  const guard = makeGuard(options.credentials, options.schemes, seed)
  const filmOf = await films(values.pictures, values.clip, options)

  await using stack = new AsyncDisposableStack()
  const isMoving = movingOf(options.cameras, options.moving, seed)
  const cameras: Camera[] = []
  for (let id = 1; id <= options.cameras; id++) {
    const moving = isMoving(id)
    const film = filmOf(id, moving)
    const shared = { mainSize, subSize, fps, noise, seed, faults, now, log }
    cameras.push(stack.use(makeCamera({ id, moving, film, ...shared })))
  }

  const timeoutMs = options['session-timeout-s'] * 1_000
  const rtsp = stack.use(
    await serveRtsp({ cameras, guard, faults, timeoutMs, log, host, port: options.port, seed }),
  )
  const at = host.includes(':') ? `[${host}]` : host
  const addresses: OnvifAddresses = {
    rtsp: (camera, stream) => `rtsp://${at}:${rtsp.port}/cam${camera}/${stream}`,
    snapshot: (camera) => `http://${at}:${http.port}/cam${camera}/snapshot.jpg`,
    service: (camera) => `http://${at}:${http.port}/cam${camera}/onvif/device_service`,
  }
  const http = stack.use(
    await serveHttp({ cameras, guard, faults, addresses, log, host, port: options['http-port'] }),
  )
  const services = cameras.map(({ id }) => addresses.service(id))
  const discoveryPort = options['discovery-port']
  const discovery =
    discoveryPort === undefined
      ? undefined
      : stack.use(await answerProbes({ host, port: discoveryPort, services, seed, log }))

  using _ = obey(context, {
    fault: (line) => faults.add(parseFault(line)),
    clear: () => faults.clear(),
    truth: () => cameras.map((camera) => camera.truth()),
    restart: async (afterMs) => void (await Promise.all([rtsp.restart(afterMs), http.restart(afterMs)])),
  })
  const ready = {
    ready: true,
    port: rtsp.port,
    httpPort: http.port,
    ...(discovery ? { discoveryPort: discovery.port } : {}),
    cameras: cameras.map(({ id, moving }) => ({
      camera: id,
      moving,
      main: addresses.rtsp(id, 'main'),
      sub: addresses.rtsp(id, 'sub'),
      mjpeg: `http://${at}:${http.port}/cam${id}/mjpeg`,
      snapshot: addresses.snapshot(id),
      onvif: addresses.service(id),
    })),
    seed,
  }
  context.print(`${JSON.stringify(ready)}\n`)
  await aborted(context.signal)
}

type Options = ReturnType<typeof checkedOptions>

/** What each camera sees. */
async function films(
  pictures: readonly string[],
  clip: string | undefined,
  options: Options,
): Promise<(id: number, moving: boolean) => Film> {
  const { seed, walkers } = options
  const [holdS, loopS] = [options['hold-s'], options['loop-s']]
  if (clip !== undefined) {
    const film = await clipFilm(clip, loopS)
    return (_, moving) => (moving ? film : { ...film, seconds: 1, still: true })
  }
  if (pictures.length > 0) {
    const photos = await loadPhotos(pictures)
    return (id, moving) => {
      const begin = (id - 1) % photos.length
      const turned = [...photos.slice(begin), ...photos.slice(0, begin)]
      return moving ? photoFilm(turned, holdS) : photoFilm(turned.slice(0, 1), 1)
    }
  }
  return (id, moving) => streetFilm(keyOf(seed, 'street', id), loopS, moving ? walkers : 0)
}

/** Which cameras these are is the seed's choice; how many, the share's. */
function movingOf(cameras: number, part: number, seed: number): (id: number) => boolean {
  const ids = Array.from({ length: cameras }, (_, i) => i + 1)
  const rank = (id: number) => share(keyOf(seed, 'moving', id))
  const moving = new Set(ids.sort((a, b) => rank(a) - rank(b)).slice(0, Math.round(cameras * part)))
  return (id) => moving.has(id)
}
