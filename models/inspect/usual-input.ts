import type { Head, ModelInput } from '../card.ts'

type Usual = Omit<ModelInput, 'size'>

const IMAGENET = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] }
const letterbox: Usual = { color: 'rgb', scale: 1 / 255, fit: 'pad-centre', pad: 114 }
const detr: Usual = { color: 'rgb', scale: 1 / 255, fit: 'stretch' }
const nano: Usual = {
  color: 'bgr',
  scale: 1,
  mean: [103.53, 116.28, 123.675],
  std: [57.375, 57.12, 58.395],
  fit: 'stretch',
}

/** How the pictures were prepared on which the published weights of each family were trained. */
export const usualInputs: Readonly<Record<Head, Usual>> = {
  yolov5: letterbox,
  yolov8: letterbox,
  'end-to-end': letterbox,
  yolox: { color: 'bgr', scale: 1, fit: 'pad-right-bottom', pad: 114 },
  'rt-detr': detr,
  'rt-detr-ultralytics': detr,
  'rf-detr': { ...detr, ...IMAGENET },
  nanodet: nano,
  'nanodet-plus': nano,
  picodet: { ...detr, ...IMAGENET },
  fastestdet: { ...detr, color: 'bgr' },
  ssd: { color: 'rgb', scale: 1, mean: [127, 127, 127], std: [128, 128, 128], fit: 'stretch' },
}

/** A model that takes bytes does the rest itself. */
export function inputOfBytes({ color, fit, pad }: Usual): Usual {
  return { color, scale: 1, fit, ...(pad !== undefined && { pad }) }
}
