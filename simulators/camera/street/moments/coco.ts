import { LABELS } from '../engine/mesh.ts'
import type { Sight } from '../engine/sights.ts'

export interface AnnotatedPicture {
  readonly id: number
  readonly file: string
  readonly width: number
  readonly height: number
  readonly weather: string
  readonly sights: readonly Sight[]
}

/** Less of a thing, or a smaller box, nobody can be asked to find. */
const LEAST_VISIBLE = 0.3
const LEAST_PIXELS = 8
/** Lower persons are told from posts by nobody. */
const LEAST_PERSON_PIXELS = 14

/** What COCO's own files look like (cocodataset.org, "data format"): what is hardly seen is to be ignored, as a crowd is. */
export function annotationsOf(pictures: readonly AnnotatedPicture[]) {
  let id = 0
  return {
    images: pictures.map(({ id, file, width, height, weather }) => ({
      id,
      file_name: file,
      width,
      height,
      weather,
    })),
    annotations: pictures.flatMap((picture) =>
      picture.sights.map(({ label, box: [x1, y1, x2, y2], visible }) => {
        const [width, height] = [x2 - x1, y2 - y1]
        const seen =
          visible >= LEAST_VISIBLE &&
          width >= LEAST_PIXELS &&
          height >= (label === 'person' ? LEAST_PERSON_PIXELS : LEAST_PIXELS)
        return {
          id: ++id,
          image_id: picture.id,
          category_id: LABELS.indexOf(label) + 1,
          bbox: [x1, y1, width, height],
          area: width * height,
          iscrowd: seen ? 0 : 1,
          visible: Math.round(visible * 1_000) / 1_000,
        }
      }),
    ),
    categories: LABELS.map((name, i) => ({ id: i + 1, name })),
  }
}
