import { planEpisodes } from '../street/episodes/city.ts'
import { type Criterion, lastsMs, type SceneName } from '../street/episodes/episode.ts'
import type { Film } from './film.ts'
import { renderedFilm } from './rendered.ts'

/** People walk by, or nobody. */
export function streetFilm(seed: number, seconds: number, walkers: number): Film {
  const subject = { shows: 'passers-by', street: { seed, walkers, loopS: seconds } } as const
  if (walkers > 0) return renderedFilm(subject, 'street', seconds)
  return { ...renderedFilm(subject, 'empty street', 1), still: true, peopleAt: () => [] }
}

/** Incidents of one scene begin and end, and what only looks like them, side by side. */
export function episodesFilm(seed: number, scene: SceneName, criterion: Criterion): Film {
  const city = { seed, scene, criterion, rounds: 1 }
  return {
    ...renderedFilm({ shows: 'episodes', city }, scene, Math.ceil(lastsMs(criterion, 1) / 1_000)),
    programme(size) {
      const { plots, programme } = planEpisodes({ ...city, size })
      return { plots, episodes: programme.episodes }
    },
  }
}
