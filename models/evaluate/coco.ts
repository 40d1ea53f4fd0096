import { type GanzhiError, isGanzhiError } from '@ganzhi/contracts/error'
import { check } from '@ganzhi/contracts/schema'
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import Type, { type Static } from 'typebox'
import { badDataset, type Dataset, type MarkedPicture } from './marked-picture.ts'
import type { Truth } from './match.ts'

const Id = Type.Integer({ minimum: 0 })
/** What is used of it; there is more in most files. https://cocodataset.org/#format-data */
const Coco = Type.Object({
  images: Type.Array(
    Type.Object({
      id: Id,
      file_name: Type.String({ minLength: 1 }),
      width: Type.Integer({ minimum: 1 }),
      height: Type.Integer({ minimum: 1 }),
    }),
  ),
  categories: Type.Array(Type.Object({ id: Id, name: Type.String({ minLength: 1 }) }), { minItems: 1 }),
  annotations: Type.Array(
    Type.Object({
      image_id: Id,
      category_id: Id,
      /** x, y, width, height */
      bbox: Type.Array(Type.Number(), { minItems: 4, maxItems: 4 }),
      iscrowd: Type.Optional(Type.Union([Type.Integer({ minimum: 0, maximum: 1 }), Type.Boolean()])),
    }),
  ),
})
type Coco = Static<typeof Coco>

export async function readCoco(file: string, folder = dirname(file)): Promise<Dataset> {
  const coco = parsed(file, await readFile(file, 'utf8'))
  const labelOf = namedOnce(file, coco)
  const truths = truthsByPicture(file, coco, labelOf)
  const pictures = coco.images.map(({ id, file_name, width, height }, i): MarkedPicture => {
    const picture = join(folder, file_name)
    return {
      file: picture,
      truthsAt(size) {
        if (size.width === width && size.height === height) return truths.get(id) ?? []
        throw badDataset(
          `${file}: images[${i}] 应为 should be ${width}×${height}; ${picture} 是 is ${size.width}×${size.height}`,
          {
            field: `images[${i}].width`,
            remedy:
              '图片与标注不配套，请用标注时的原图。 Use the pictures that were marked, at the size they had then.',
          },
        )
      },
    }
  })
  return { labels: coco.categories.map(({ name }) => name), pictures }
}

function parsed(file: string, text: string): Coco {
  try {
    return check(Coco, JSON.parse(text), file)
  } catch (error) {
    if (error instanceof SyntaxError) {
      throw badDataset(`${file}: ${error.message}`, {
        field: file,
        remedy: '不是 JSON，请重新导出。 It is no JSON: export it again.',
        cause: error,
      })
    }
    if (!isGanzhiError(error)) throw error
    throw badDataset(error.message, {
      field: error.field ?? file,
      remedy:
        '应为 COCO 目标检测格式：images、categories、annotations。 It must be COCO object detection: images, categories, annotations.',
      cause: error,
    })
  }
}

function namedOnce(file: string, { categories, images }: Coco): ReadonlyMap<number, string> {
  for (const [list, name] of [
    [categories.map(({ id }) => id), 'categories'],
    [images.map(({ id }) => id), 'images'],
  ] as const) {
    const seen = new Set<number>()
    for (const [i, id] of list.entries()) {
      if (seen.has(id)) throw repeated(file, `${name}[${i}].id`, String(id))
      seen.add(id)
    }
  }
  const names = new Set<string>()
  for (const [i, { name }] of categories.entries()) {
    if (names.has(name)) throw repeated(file, `categories[${i}].name`, name)
    names.add(name)
  }
  return new Map(categories.map(({ id, name }) => [id, name]))
}

function truthsByPicture(
  file: string,
  { annotations, images }: Coco,
  labelOf: ReadonlyMap<number, string>,
): ReadonlyMap<number, Truth[]> {
  const truths = new Map(images.map(({ id }): [number, Truth[]] => [id, []]))
  for (const [i, { image_id, category_id, bbox, iscrowd }] of annotations.entries()) {
    const label = labelOf.get(category_id)
    const list = truths.get(image_id)
    const [x = 0, y = 0, width = 0, height = 0] = bbox
    if (list === undefined) throw unknown(file, `annotations[${i}].image_id`, image_id)
    if (label === undefined) throw unknown(file, `annotations[${i}].category_id`, category_id)
    if (width < 0 || height < 0) throw negative(file, `annotations[${i}].bbox`)
    list.push({ label, box: [x, y, x + width, y + height], crowd: Boolean(iscrowd) })
  }
  return truths
}

function repeated(file: string, field: string, what: string): GanzhiError {
  return badDataset(`${file}: ${field} ${what} 重复 stands there twice`, {
    field,
    remedy: '编号与名称各不相同。 Ids and names must differ.',
  })
}

function unknown(file: string, field: string, id: number): GanzhiError {
  return badDataset(`${file}: ${field} ${id} 没有对应的条目 names nothing in this file`, {
    field,
    remedy: '请连同所引用的条目一起导出。 Export it together with what it names.',
  })
}

function negative(file: string, field: string): GanzhiError {
  return badDataset(`${file}: ${field} 宽高为负 has a negative width or height`, {
    field,
    remedy: 'bbox 是 x、y、宽、高。 A bbox is x, y, width, height; not two corners.',
  })
}
