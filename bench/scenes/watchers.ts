import { CLEAR_S, settingsOf, watchedPlots } from '@ganzhi/deploy/supervisor/simulated-cameras'
import type { CityCamera } from './city.ts'

export interface WatchOptions {
  readonly dwellS: number
  readonly fps: number
  /** Without H.264 the pictures are as they were painted but for their JPEG. */
  readonly over: 'mjpeg' | 'rtsp'
}

/** As `vision.cameras` of `gateway.yaml`: a zone on each plot. */
export function watchedBy(
  cameras: readonly CityCamera[],
  { dwellS, fps, over }: WatchOptions,
): Record<string, object> {
  const watched = cameras.map((camera) => {
    const { id, scene, urls, programme } = camera
    const source =
      over === 'rtsp' ? { kind: 'rtsp', url: urls.main, sub: urls.sub } : { kind: 'http', url: urls.mjpeg }
    const plots = watchedPlots(scene, programme.plots)
    const zones = plots.map(({ number, polygon }) => ({ id: `plot-${number}`, polygon }))
    const { rule, timing } = settingsOf(scene, dwellS)
    // That an incident goes on is not asked about.
    const watch = { scene, zones, rule, timing: { ...timing, repeatSeconds: 0 } }
    return [id, { source, fps, models: ['street'], scenes: [watch] }] as const
  })
  return Object.fromEntries(watched)
}

/** How long after an episode its end is told. */
export const SETTLE_MS = (CLEAR_S + 10) * 1_000
