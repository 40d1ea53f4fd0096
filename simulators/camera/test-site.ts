import { pino } from 'pino'
import { cameraFaults } from './fault.ts'
import { streetFilm } from './film/street.ts'
import { openSite, type SiteOptions } from './site.ts'

export const SIZE = { width: 64, height: 48 }

/** Two small cameras on free ports, for tests. */
export async function testSite(options: Partial<SiteOptions> = {}) {
  const faults = cameraFaults()
  const view = (seed: number) => ({ film: streetFilm(seed, 2, 3), moving: true })
  const site = await openSite({
    views: [view(1), view(2)],
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
