import { blackFilm, type Film, type Size, type Take } from './film/film.ts'

/** What a stream shows: its film, or what a fault makes of it. `frozen 7`: the seventh picture of all since 1970. */
export type Showing = 'film' | 'black' | 'resolution' | `frozen ${number}`

interface Scene {
  readonly film: Film
  readonly size: Size
  readonly fps: number
  /** The picture that is to be the first, of all since 1970. */
  readonly from: number
}

/** What is to be recorded for it. */
export function sceneOf(
  showing: Showing,
  { film, size, fps, from }: Scene,
): { film: Film; take: Take; repeat: number } {
  const count = Math.round(film.seconds * fps)
  const stillAt = (at: number) => ({ film, take: { size, fps, from: at % count, count: 1 }, repeat: fps })
  if (showing === 'black') return { film: blackFilm, take: { size, fps, from: 0, count: fps }, repeat: 1 }
  if (showing.startsWith('frozen')) return stillAt(Number(showing.slice('frozen '.length)))
  const shownSize = showing === 'resolution' ? halfOf(size) : size
  if (film.still) return { ...stillAt(0), take: { ...stillAt(0).take, size: shownSize } }
  return { film, take: { size: shownSize, fps, from: from % count, count }, repeat: 1 }
}

/** H.264 at 4:2:0 has no odd sizes. */
function halfOf({ width, height }: Size): Size {
  return { width: Math.ceil(width / 4) * 2, height: Math.ceil(height / 4) * 2 }
}
