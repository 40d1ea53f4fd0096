import { readdir, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { type Image, loadImage } from '@napi-rs/canvas'
import { GanzhiError } from '@ganzhi/contracts/error'
import { type Film, paintedFilm } from './film.ts'

export interface Photo {
  readonly name: string
  readonly image: Image
}

/** The pictures that these files are, and that lie in these folders, in the order of their names. */
export async function loadPhotos(paths: readonly string[]): Promise<Photo[]> {
  const files = (await Promise.all(paths.map(filesAt))).flat()
  return await Promise.all(
    files.map(async (file) => {
      try {
        return { name: basename(file), image: await loadImage(file) }
      } catch (cause) {
        throw noPhotos(`${file} is no picture that can be read`, cause)
      }
    }),
  )
}

/** Each is shown for so long, whole, on black where its shape differs. */
export function photoFilm(photos: readonly Photo[], holdS: number): Film {
  return paintedFilm({
    title: photos.map(({ name }) => name).join(' '),
    seconds: photos.length * holdS,
    sceneAt: (ms) => Math.floor(ms / 1_000 / holdS),
    paint(context, { width, height }, ms) {
      const photo = photos[Math.floor(ms / 1_000 / holdS) % photos.length]
      if (!photo) return
      const { image } = photo
      const scale = Math.min(width / image.width, height / image.height)
      const [w, h] = [image.width * scale, image.height * scale]
      context.fillStyle = '#000'
      context.fillRect(0, 0, width, height)
      context.drawImage(image, (width - w) / 2, (height - h) / 2, w, h)
    },
  })
}

async function filesAt(path: string): Promise<string[]> {
  try {
    if (!(await stat(path)).isDirectory()) return [path]
    const names = (await readdir(path)).filter((name) => /\.(jpe?g|png|webp)$/i.test(name))
    if (names.length === 0) throw new Error('no .jpg, .png or .webp lies in it')
    return names.sort().map((name) => join(path, name))
  } catch (cause) {
    throw noPhotos(`${path}: ${cause instanceof Error ? cause.message : String(cause)}`, cause)
  }
}

function noPhotos(message: string, cause: unknown): GanzhiError {
  return new GanzhiError(`pictures: ${message}`, {
    code: 'bad-input',
    blame: 'caller',
    field: 'pictures',
    remedy: 'Name pictures, or folders of pictures.',
    cause,
  })
}
