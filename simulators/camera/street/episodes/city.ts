import { keyOf, randomStream } from '../../../signal.ts'
import type { Size } from '../engine/buffers.ts'
import { type Live, openLive } from '../live.ts'
import { passersBy } from '../lives/passers-by.ts'
import { pick } from '../things/making/chance.ts'
import { makeWeather, type WeatherKind } from '../weather/weather.ts'
import type { Criterion, Episode, SceneName } from './episode.ts'
import { makePlaza, MIDDLE_M, type Plot } from './plaza.ts'
import { programmeOf } from './programme.ts'

export interface EpisodesOptions {
  readonly seed: number
  readonly size: Size
  readonly scene: SceneName
  readonly criterion: Criterion
  /** Episodes on each of the plots, one after the other. */
  readonly rounds: number
  readonly weather?: WeatherKind
  /** People who only walk across. */
  readonly walkers?: number
}

export interface EpisodesLive extends Live {
  readonly weather: WeatherKind
  readonly plots: readonly Plot[]
  readonly episodes: readonly Episode[]
  readonly lastsMs: number
}

const WEATHERS: readonly [WeatherKind, ...WeatherKind[]] = [
  'sunny',
  'sunny',
  'overcast',
  'overcast',
  'overcast',
  'rain',
  'dusk',
]
/** How long somebody needs to walk across the place. */
const CROSSING_S = 30

/** What happens where, without a picture of it. */
export function planEpisodes({ seed, size, scene, criterion, rounds, weather: kind }: EpisodesOptions) {
  const randomOf = (name: string) => randomStream(keyOf(seed, name))
  const plaza = makePlaza(randomOf('plaza'), size)
  const weather = makeWeather(randomOf('weather'), kind ?? pick(randomOf('weather kind'), WEATHERS))
  const sun = weather.kind === 'sunny' ? weather.light.sun : undefined
  const programme = programmeOf({ scene, criterion, plots: plaza.plots, rounds, seed, sun })
  return { ...plaza, weather, programme }
}

/** Incidents and what only looks like one, side by side on the plots of one place. */
export function openEpisodes(options: EpisodesOptions): EpisodesLive {
  const { seed, size, walkers = 3 } = options
  const { strips, view, plots, weather, programme } = planEpisodes(options)
  const middle = { x: 0, z: view.eye[2] + MIDDLE_M }
  const others = passersBy({ strips, count: walkers, middle, loopS: CROSSING_S, seed })
  const actorsAt = (ms: number) => [...programme.actorsAt(ms), ...others]
  const live = openLive({ seed, size, strips, view, weather, actorsAt })
  return {
    ...live,
    weather: weather.kind,
    plots,
    episodes: programme.episodes,
    lastsMs: programme.lastsMs,
  }
}
