import { relative } from 'node:path'
import type { Looked } from './detection-text.ts'

/** As marks of a dataset whose file lies in `folder`; a picture that could not be read is none of it. */
export function cocoDocument(
  looked: readonly Looked[],
  labels: readonly string[],
  folder: string,
): Readonly<Record<string, unknown>> {
  const images = looked.flatMap(({ file, size }, id) =>
    size ? [{ id, file_name: relative(folder, file), width: size.width, height: size.height }] : [],
  )
  const annotations = looked.flatMap(({ detections }, image_id) =>
    detections.map(({ label, score, box: [x1, y1, x2, y2] }) => ({
      image_id,
      category_id: labels.indexOf(label),
      bbox: [x1, y1, x2 - x1, y2 - y1],
      area: (x2 - x1) * (y2 - y1),
      iscrowd: 0,
      score,
    })),
  )
  return {
    images,
    annotations: annotations.map((each, id) => ({ id, ...each })),
    categories: labels.map((name, id) => ({ id, name })),
  }
}
