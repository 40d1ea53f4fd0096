import { pino } from 'pino'
import { cameraFaults } from './fault.ts'
import { type Film, paintedFilm } from './film/film.ts'
import { openSite, type SiteOptions } from './site.ts'

export const SIZE = { width: 64, height: 48 }

/** A ball that rolls by: cheaper than a street. */
function ballFilm(colour: string): Film {
  return paintedFilm({
    title: 'ball',
    seconds: 2,
    sceneAt: (ms) => ms,
    paint(context, { width, height }, ms) {
      context.fillStyle = '#667'
      context.fillRect(0, 0, width, height)
      context.fillStyle = colour
      context.beginPath()
      context.arc((ms / 2_000) * width, height / 2, height / 4, 0, 2 * Math.PI)
      context.fill()
    },
  })
}

/** Two small cameras on free ports, for tests. */
export async function testSite(options: Partial<SiteOptions> = {}) {
  const faults = cameraFaults()
  const view = (colour: string) => ({ film: ballFilm(colour), moving: true })
  const site = await openSite({
    views: [view('#e84'), view('#4ae')],
    mainSize: { width: 128, height: 96 },
    subSize: SIZE,
    fps: 10,
    noise: 0,
    seed: 1,
    host: '127.0.0.1',
    ports: { rtsp: 0, http: 0, discovery: 0 },
    credentials: undefined,
    schemes: 'both',
    timeoutMs: 60_000,
    faults,
    now: Date.now,
    log: pino({ enabled: false }),
    ...options,
  })
  return { site, faults }
}
