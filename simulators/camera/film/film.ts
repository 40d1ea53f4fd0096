import { createCanvas, type SKRSContext2D } from '@napi-rs/canvas'

export interface Size {
  readonly width: number
  readonly height: number
}

/** Some pictures of a film, in its time from 0 to its end and on from 0. */
export interface Take {
  readonly size: Size
  readonly fps: number
  readonly from: number
  readonly count: number
}

/** What ffmpeg reads a take from. */
export interface FilmInput {
  readonly args: readonly string[]
  /** A filter graph with its end open. */
  readonly graph?: string
  /** Goes to its stdin. */
  readonly pictures?: () => Iterable<Buffer> | AsyncIterable<Buffer>
}

/** What a camera sees, over and over. */
export interface Film {
  readonly title: string
  /** Whole seconds. */
  readonly seconds: number
  /** All its pictures are the first. */
  readonly still?: boolean
  input(take: Take): FilmInput
  /** Who is in the picture, [x1, y1, x2, y2] in pixels, where that is known. */
  readonly peopleAt?: (ms: number, size: Size) => readonly (readonly number[])[]
  /** What happens where and when, in the film's time, where that is known. */
  readonly programme?: (size: Size) => object
}

export interface Painting {
  readonly title: string
  readonly seconds: number
  /** Nothing is painted anew while it is the same. */
  readonly sceneAt: (ms: number) => number
  readonly paint: (context: SKRSContext2D, size: Size, ms: number) => void
}

/** What tells ffmpeg of pictures on its stdin. */
export function rawVideo(
  { size: { width, height }, fps }: Pick<Take, 'size' | 'fps'>,
  format: 'rgba' | 'rgb24',
): string[] {
  return `-f rawvideo -pix_fmt ${format} -video_size ${width}x${height} -framerate ${fps} -i -`.split(' ')
}

/** A film whose pictures we draw ourselves. */
export function paintedFilm({ sceneAt, paint, ...film }: Painting): Film {
  return {
    ...film,
    input({ size, fps, from, count }) {
      return {
        args: rawVideo({ size, fps }, 'rgba'),
        *pictures() {
          const canvas = createCanvas(size.width, size.height)
          const context = canvas.getContext('2d')
          let scene: number | undefined
          let picture: Buffer = Buffer.alloc(0)
          for (let i = from; i < from + count; i++) {
            const ms = ((i / fps) % film.seconds) * 1_000
            if (scene !== sceneAt(ms)) {
              scene = sceneAt(ms)
              paint(context, size, ms)
              picture = canvas.data()
            }
            yield picture
          }
        },
      }
    },
  }
}

export const blackFilm: Film = {
  title: 'black',
  seconds: 1,
  input: ({ size: { width, height }, fps }) => ({
    args: ['-f', 'lavfi', '-i', `color=black:size=${width}x${height}:rate=${fps}`],
  }),
}
