import { check } from '@ganzhi/contracts/schema'
import { readdir, readFile, stat } from 'node:fs/promises'
import { dirname, extname, join, resolve, sep } from 'node:path'
import Type, { type Static } from 'typebox'
import { parse } from 'yaml'
import { badDataset, type Dataset, type MarkedPicture } from './marked-picture.ts'
import { parseYoloLabels } from './yolo-labels.ts'

const Folders = Type.Union([Type.String({ minLength: 1 }), Type.Array(Type.String({ minLength: 1 }))])
/** What is used of `data.yaml`; trainers write more into it. */
const DataYaml = Type.Object({
  path: Type.Optional(Type.String()),
  train: Type.Optional(Folders),
  val: Type.Optional(Folders),
  test: Type.Optional(Folders),
  names: Type.Union([
    Type.Array(Type.String({ minLength: 1 }), { minItems: 1 }),
    Type.Record(Type.String({ pattern: '^[0-9]+$' }), Type.String({ minLength: 1 })),
  ]),
})
type DataYaml = Static<typeof DataYaml>

const SPLITS = ['train', 'val', 'test'] as const
const PICTURES = ['.jpg', '.jpeg', '.png', '.webp']

export async function readYolo(file: string, split = 'val'): Promise<Dataset> {
  const data = await readDataYaml(file)
  const labels = Array.isArray(data.names) ? data.names : labelList(file, data.names)
  const pictures: MarkedPicture[] = []
  let marked = 0
  for (const folder of await pictureFolders(file, data, split)) {
    const names = (await readdir(folder)).filter((name) => PICTURES.includes(extname(name).toLowerCase()))
    for (const name of names.toSorted()) {
      const picture = join(folder, name)
      const text = await readFile(labelFileOf(picture), 'utf8').catch(() => undefined)
      if (text !== undefined) marked += 1
      // A picture without a label file has nothing in it.
      const truths = parseYoloLabels(labelFileOf(picture), text ?? '', labels)
      pictures.push({ file: picture, truthsAt: truths })
    }
  }
  if (pictures.length > 0 && marked === 0) {
    throw badDataset(`${file}: 没有标注文件 no picture has a label file`, {
      field: split,
      remedy: `标注应在 The labels should be at ${labelFileOf(pictures[0]?.file ?? '')}`,
    })
  }
  return { labels, pictures }
}

async function readDataYaml(file: string): Promise<DataYaml> {
  try {
    return check(DataYaml, parse(await readFile(file, 'utf8')), file)
  } catch (error) {
    throw badDataset(error instanceof Error ? error.message : String(error), {
      field: 'names',
      remedy:
        '应有 names（类别名）和 val（图片文件夹）。 It must have names (of the classes) and val (the folder of the pictures).',
      cause: error,
    })
  }
}

function labelList(file: string, names: Readonly<Record<string, string>>): string[] {
  const count = Object.keys(names).length
  return Array.from({ length: count }, (_, i) => {
    const name = names[i]
    if (name !== undefined) return name
    throw badDataset(`${file}: names 缺少 lacks ${i}`, {
      field: `names.${i}`,
      remedy: '编号从 0 起连续。 Number them from 0 without a gap.',
    })
  })
}

async function pictureFolders(file: string, data: DataYaml, split: string): Promise<string[]> {
  const known = SPLITS.find((each) => each === split)
  const named = known === undefined ? undefined : data[known]
  if (named === undefined) {
    const there = SPLITS.filter((each) => data[each] !== undefined)
    throw badDataset(`${file}: 没有 has no ${split}`, {
      field: split,
      remedy: `用 --split 选 choose one by --split: ${there.join(', ') || '(无 none)'}`,
    })
  }
  const folders = typeof named === 'string' ? [named] : named
  return Promise.all(folders.map((folder) => existing(file, data.path ?? '', folder, split)))
}

/** Tools disagree on what the folders are relative to: `path`, the file itself, or a folder that it once lay in. */
async function existing(file: string, base: string, folder: string, split: string): Promise<string> {
  const home = dirname(resolve(file))
  const candidates = [
    resolve(home, base, folder),
    resolve(home, folder),
    resolve(home, folder.replace(/^(\.\.\/)+/, '')),
  ]
  for (const candidate of candidates) {
    if ((await stat(candidate).catch(() => undefined))?.isDirectory()) return candidate
  }
  throw badDataset(`${file}: ${split}: 没有文件夹 there is no folder ${folder}`, {
    field: split,
    remedy: `试过 looked for: ${[...new Set(candidates)].join(', ')}`,
  })
}

/** `…/images/val/a.jpg` → `…/labels/val/a.txt`; the last `images` of the path counts. */
function labelFileOf(picture: string): string {
  const steps = picture.slice(0, -extname(picture).length).split(sep)
  const at = steps.lastIndexOf('images', steps.length - 2)
  return `${(at < 0 ? steps : steps.with(at, 'labels')).join(sep)}.txt`
}
