import type { Head } from '../card.ts'
import { endToEnd } from './end-to-end.ts'
import { fastestdet } from './fastestdet.ts'
import type { HeadFamily } from './head.ts'
import { nanodet, nanodetPlus } from './nanodet.ts'
import { rfDetr, rtDetr, rtDetrUltralytics } from './rt-detr.ts'
import { ssd } from './ssd.ts'
import { yolov5 } from './yolov5.ts'
import { yolov8 } from './yolov8.ts'
import { yolox } from './yolox.ts'

export const headFamilies: Readonly<Record<Head, HeadFamily>> = {
  yolov5,
  yolov8,
  'end-to-end': endToEnd,
  yolox,
  'rt-detr': rtDetr,
  'rt-detr-ultralytics': rtDetrUltralytics,
  'rf-detr': rfDetr,
  nanodet,
  'nanodet-plus': nanodetPlus,
  picodet: nanodet,
  fastestdet,
  ssd,
}
