import { keyOf, share } from '../signal.ts'
import { clipFilm } from './film/clip.ts'
import type { Film } from './film/film.ts'
import { loadPhotos, photoFilm } from './film/photos.ts'
import { episodesFilm, streetFilm } from './film/street.ts'
import type { SceneName } from './street/episodes/episode.ts'

export interface ViewOptions {
  readonly cameras: number
  /** Share of the cameras that see something move. */
  readonly moving: number
  readonly pictures: readonly string[]
  readonly clip: string | undefined
  readonly holdS: number
  readonly loopS: number
  readonly walkers: number
  readonly scenes: readonly SceneName[]
  readonly dwellS: number
  readonly seed: number
}

export interface View {
  readonly film: Film
  readonly moving: boolean
}

/** People of the smallest crowd. */
const CROWD = 5

/** What each camera sees: the clip, the pictures, a scene's episodes, or else a street of its own. */
export async function viewsOf(options: ViewOptions): Promise<View[]> {
  const filmOf = await films(options)
  const ids = Array.from({ length: options.cameras }, (_, i) => i + 1)
  const isMoving = movingOf(ids, options)
  return ids.map((id) => ({ film: filmOf(id, isMoving(id)), moving: isMoving(id) }))
}

async function films(options: ViewOptions): Promise<(id: number, moving: boolean) => Film> {
  const { pictures, clip, holdS, loopS, walkers, scenes, dwellS, seed } = options
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
  const [scene] = scenes
  if (scene !== undefined) {
    const sceneOf = (id: number) => scenes[(id - 1) % scenes.length] ?? scene
    return (id) => episodesFilm(keyOf(seed, 'street', id), sceneOf(id), { dwellS, atLeast: CROWD })
  }
  return (id, moving) => streetFilm(keyOf(seed, 'street', id), loopS, moving ? walkers : 0)
}

/** How many move is the share's choice, and which ones the seed's. */
function movingOf(ids: readonly number[], { moving, seed }: ViewOptions): (id: number) => boolean {
  const rank = (id: number) => share(keyOf(seed, 'moving', id))
  const ranked = [...ids].sort((a, b) => rank(a) - rank(b))
  const chosen = new Set(ranked.slice(0, Math.round(ids.length * moving)))
  return (id) => chosen.has(id)
}
