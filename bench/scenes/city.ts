import { join } from 'node:path'
import {
  type Plot,
  sceneOf,
  type SceneName,
  SCENES,
  watchedPlots,
} from '@ganzhi/deploy/supervisor/simulated-cameras'
import { startRole } from '../lab/role.ts'
import type { Happening } from './score.ts'

interface Programme {
  readonly lastsMs: number
  readonly plots: readonly Plot[]
  readonly episodes: readonly {
    readonly kind: Happening['kind']
    readonly what: string
    readonly plot: number
    readonly beginsMs: number
    readonly endsMs: number
  }[]
}

export interface CityCamera {
  readonly id: string
  readonly scene: SceneName
  readonly urls: { readonly mjpeg: string; readonly main: string; readonly sub: string }
  readonly programme: Programme
}

export interface CityOptions {
  readonly dir: string
  readonly seed: number
  readonly streets: number
  readonly dwellS: number
  readonly fps: number
  readonly over: 'mjpeg' | 'rtsp'
}

/** Streets before cameras, each with one scene's incidents and distractors on its plots. */
export async function startCity(
  options: CityOptions,
): Promise<AsyncDisposable & { readonly cameras: readonly CityCamera[] }> {
  const { dir, seed, streets, dwellS, fps, over } = options
  const args = {
    port: 0,
    'http-port': 0,
    cameras: streets,
    'dwell-s': dwellS,
    fps,
    seed,
    painted: over === 'rtsp' ? 'sub' : 'mjpeg',
  }
  const words = Object.entries(args).flatMap(([name, value]) => [`--${name}`, String(value)])
  const role = await startRole(
    ['simulators/main.ts', 'camera', ...words, ...SCENES.flatMap((scene) => ['--scene', scene])],
    { env: {}, log: join(dir, 'city.log') },
  )
  const told = role.facts['cameras'] as ({ camera: number; programme: Programme } & CityCamera['urls'])[]
  return {
    cameras: told.map(({ camera, programme, ...urls }) => ({
      id: `camera-${camera}`,
      scene: sceneOf({ camera }),
      urls,
      programme,
    })),
    [Symbol.asyncDispose]: () => role[Symbol.asyncDispose](),
  }
}

/** What happens between two moments. A film plays again and again, and began in 1970. */
export function happeningsOf(camera: CityCamera, from: number, to: number): Happening[] {
  const { id, scene, programme } = camera
  const { lastsMs, plots, episodes } = programme
  const first = Math.floor(from / lastsMs)
  const last = Math.floor(to / lastsMs)
  const plays = Array.from({ length: last - first + 1 }, (_, i) => (first + i) * lastsMs)
  const watched = new Set(watchedPlots(scene, plots).map(({ number }) => number))
  return plays.flatMap((start) =>
    episodes
      .filter(({ plot }) => watched.has(plot))
      .map(({ kind, what, plot, beginsMs, endsMs }) => {
        const [begins, ends] = [start + beginsMs, start + endsMs]
        return {
          camera: id,
          zone: `plot-${plot}`,
          kind,
          what,
          begins,
          ends,
          whole: begins >= from && ends <= to,
        }
      }),
  )
}
