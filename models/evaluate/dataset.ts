import { stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { readCoco } from './coco.ts'
import { badDataset, type Dataset } from './marked-picture.ts'
import { readYolo } from './yolo.ts'

export interface DatasetPlace {
  /** A COCO JSON, a `data.yaml`, or a folder that holds one of them. */
  readonly path: string
  /** Where the pictures of a COCO JSON lie; else beside it. */
  readonly pictures?: string | undefined
  /** `train`, `val` or `test` of a YOLO dataset. */
  readonly split?: string | undefined
}

/** All of it is checked before the first picture is looked at. */
export async function readDataset({ path, pictures, split }: DatasetPlace): Promise<Dataset> {
  const file = await datasetFile(path)
  const dataset = file.endsWith('.json') ? await readCoco(file, pictures) : await readYolo(file, split)
  if (dataset.pictures.length > 0) return dataset
  throw badDataset(`${file}: 没有图片 there is no picture`, {
    field: 'images',
    remedy: '请核对路径。 Check the path.',
  })
}

const KNOWN_NAMES = [
  'data.yaml',
  'dataset.yaml',
  '_annotations.coco.json',
  'annotations.json',
  'instances.json',
]

async function datasetFile(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined)
  if (found?.isFile() && /\.(json|ya?ml)$/.test(basename(path))) return path
  if (found?.isDirectory()) {
    for (const name of KNOWN_NAMES) {
      const file = join(path, name)
      if ((await stat(file).catch(() => undefined))?.isFile()) return file
    }
  }
  throw badDataset(`${path}: 不是数据集 is no dataset`, {
    field: 'dataset',
    remedy: `给出 COCO JSON，或含 data.yaml 的 YOLO 文件夹。 Give a COCO JSON, or a YOLO folder with data.yaml (${KNOWN_NAMES.join(', ')}).`,
  })
}
