import type { CityCamera, SceneName } from './city.ts'
import { zonesOf } from './city.ts'

/** People of the simulator's smallest crowd. */
const CROWD = 5
const CLEAR_S = 10

/** What each scene is told in place of its minutes, so that an episode fits into one. */
const rulesOf = (dwellS: number): Readonly<Record<SceneName, { rule: object; timing: object }>> => {
  const timing = { clearSeconds: CLEAR_S, coolDownSeconds: 0, repeatSeconds: 0 }
  return {
    'crowd-gathering': {
      rule: { atLeast: CROWD, keepsAt: CROWD - 1 },
      timing: { ...timing, confirmSeconds: dwellS },
    },
    'street-vending': { rule: { seconds: dwellS }, timing },
    'exposed-garbage': { rule: { seconds: dwellS }, timing },
  }
}

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
  const rules = rulesOf(dwellS)
  const watched = cameras.map((camera) => {
    const { id, scene, urls } = camera
    const source =
      over === 'rtsp' ? { kind: 'rtsp', url: urls.main, sub: urls.sub } : { kind: 'http', url: urls.mjpeg }
    const zones = zonesOf(camera).map(({ number, polygon }) => ({ id: `plot-${number}`, polygon }))
    return [id, { source, fps, models: ['street'], scenes: [{ scene, zones, ...rules[scene] }] }] as const
  })
  return Object.fromEntries(watched)
}

/** How long after an episode its end is told. */
export const SETTLE_MS = (CLEAR_S + 10) * 1_000
