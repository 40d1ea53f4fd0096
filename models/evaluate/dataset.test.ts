import { isGanzhiError } from '@ganzhi/contracts/error'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { readDataset } from './dataset.ts'

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'dataset-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

async function put(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(dir, name)), { recursive: true })
    await writeFile(join(dir, name), text)
  }
}

/** What is said of a dataset that is refused. */
async function faultOf(name: string, split?: string): Promise<{ field: string; text: string }> {
  const error: unknown = await readDataset({ path: join(dir, name), split }).then(
    () => expect.fail('it was taken'),
    (refused: unknown) => refused,
  )
  if (!isGanzhiError(error, 'bad-dataset')) throw error
  expect(error.blame).toBe('caller')
  expect(error.remedy).toBeTruthy()
  return { field: error.field?.replace(`${dir}/`, '') ?? '', text: `${error.message} ${error.remedy}` }
}

describe('COCO JSON', () => {
  const good = {
    images: [{ id: 7, file_name: 'a.jpg', width: 640, height: 480 }],
    categories: [
      { id: 1, name: 'person' },
      { id: 90, name: 'garbage' },
    ],
    annotations: [
      { image_id: 7, category_id: 90, bbox: [10, 20, 30, 40], iscrowd: 0 },
      { image_id: 7, category_id: 1, bbox: [0, 0, 5, 5], iscrowd: 1 },
    ],
  }

  test('gives boxes by their corners, crowds as crowds, ids as they come', async () => {
    await put({ 'marks.json': JSON.stringify(good) })
    const { labels, pictures } = await readDataset({ path: join(dir, 'marks.json'), pictures: '/photos' })
    expect(labels).toEqual(['person', 'garbage'])
    expect(pictures.map(({ file }) => file)).toEqual(['/photos/a.jpg'])
    expect(pictures[0]?.truthsAt({ width: 640, height: 480 })).toEqual([
      { label: 'garbage', box: [10, 20, 40, 60], crowd: false },
      { label: 'person', box: [0, 0, 5, 5], crowd: true },
    ])
  })

  test('is found in a folder, its pictures beside it', async () => {
    await put({ '_annotations.coco.json': JSON.stringify(good) })
    expect((await readDataset({ path: dir })).pictures[0]?.file).toBe(join(dir, 'a.jpg'))
  })

  test('a picture of another size than was marked is refused', async () => {
    await put({ 'marks.json': JSON.stringify(good) })
    const { pictures } = await readDataset({ path: join(dir, 'marks.json') })
    expect(() => pictures[0]?.truthsAt({ width: 320, height: 240 })).toThrow(/images\[0\].*640×480.*320×240/)
  })

  const [image] = good.images
  const [annotation] = good.annotations
  test.each([
    [
      'an unknown picture',
      { annotations: [annotation, { ...annotation, image_id: 8 }] },
      'annotations[1].image_id',
    ],
    [
      'an unknown category',
      { annotations: [{ ...annotation, category_id: 2 }] },
      'annotations[0].category_id',
    ],
    [
      'two corners for a bbox',
      { annotations: [{ ...annotation, bbox: [10, 20, -5, 4] }] },
      'annotations[0].bbox',
    ],
    [
      'three numbers for a bbox',
      { annotations: [{ ...annotation, bbox: [1, 2, 3] }] },
      'annotations[0].bbox',
    ],
    ['no bbox', { annotations: [{ image_id: 7, category_id: 1 }] }, 'annotations[0]'],
    ['an id twice', { images: [image, image] }, 'images[1].id'],
    ['a name twice', { categories: [...good.categories, { id: 3, name: 'person' }] }, 'categories[2].name'],
    ['no picture', { images: [], annotations: [] }, 'images'],
    ['no categories', { categories: undefined }, 'marks.json'],
  ])('with %s is refused by the field', async (_, change, field) => {
    await put({ 'marks.json': JSON.stringify({ ...good, ...change }) })
    expect((await faultOf('marks.json')).field).toBe(field)
  })

  test('that is no JSON is refused by the line', async () => {
    await put({ 'marks.json': '{\n  "images": [] "categories": []\n}' })
    expect((await faultOf('marks.json')).text).toContain('line 2')
  })
})

describe('YOLO folder', () => {
  const good = {
    'data.yaml': 'path: .\ntrain: images/train\nval: images/val\nnames:\n  0: person\n  1: 暴露垃圾\n',
    'images/val/a.jpg': '',
    'images/val/b.PNG': '',
    'images/val/notes.md': '',
    'labels/val/a.txt': '1 0.5 0.5 0.5 0.25\n\n0 0.1 0.2 0.3 0.2 0.3 0.6\r\n',
  }

  test('gives pixels, boxes of outlines, and pictures with nothing in them', async () => {
    await put(good)
    const { labels, pictures } = await readDataset({ path: dir })
    expect(labels).toEqual(['person', '暴露垃圾'])
    expect(pictures.map(({ file, truthsAt }) => [file, truthsAt({ width: 200, height: 100 })])).toEqual([
      [
        join(dir, 'images/val/a.jpg'),
        [
          { label: '暴露垃圾', box: [50, 37.5, 150, 62.5], crowd: false },
          { label: 'person', box: [20, 20, 60, 60], crowd: false },
        ],
      ],
      [join(dir, 'images/val/b.PNG'), []],
    ])
  })

  test.each([
    ['names as a list', { 'data.yaml': 'val: images/val\nnames: [person, garbage]\n' }],
    ['a path that was true elsewhere', { 'data.yaml': 'val: ../images/val\nnames: [person, garbage]\n' }],
    ['several folders', { 'data.yaml': 'val: [images/val]\nnames: [person, garbage]\n' }],
  ])('with %s is read', async (_, change) => {
    await put({ ...good, ...change })
    expect((await readDataset({ path: join(dir, 'data.yaml') })).pictures).toHaveLength(2)
  })

  test('that lies below a folder called images keeps its own', async () => {
    await put(
      Object.fromEntries(Object.entries(good).map(([name, text]) => [`images/garbage/${name}`, text])),
    )
    expect((await readDataset({ path: join(dir, 'images/garbage') })).pictures).toHaveLength(2)
  })

  test.each([
    ['2 0.5 0.5 0.5 0.5', 'names 只有 has only 2'],
    ['person 0.5 0.5 0.5 0.5', 'class person'],
    ['1 0.5 0.5 0.5', '4 列 columns'],
    ['1 0.5 0.5 0.5 0.5 0.9', '6 列 columns'],
    ['1 320 240 100 80', '不是像素'],
    ['1 0.5 0.5 -0.5 0.5', 'is wrong'],
    ['1 0.5 0.5 x 0.5', 'is wrong'],
  ])('with the line %j is refused by file and line', async (line, why) => {
    await put({ ...good, 'labels/val/a.txt': `0 0.5 0.5 0.5 0.5\n${line}\n` })
    const { field, text } = await faultOf('data.yaml')
    expect(field).toBe('labels/val/a.txt:2')
    expect(text).toContain(why)
  })

  test.each([
    ['no names', { 'data.yaml': 'val: images/val\n' }, 'names'],
    ['a gap in the names', { 'data.yaml': 'val: images/val\nnames: { 0: a, 2: b }\n' }, 'names.1'],
    ['no such folder', { 'data.yaml': 'val: images/none\nnames: [a]\n' }, 'val'],
    ['no YAML', { 'data.yaml': 'names: [a\n' }, 'names'],
  ])('with %s is refused by the field', async (_, change, field) => {
    await put({ ...good, ...change })
    expect((await faultOf('data.yaml')).field).toBe(field)
  })

  test('without one label file is refused, with where they should be', async () => {
    await put({ 'data.yaml': good['data.yaml'], 'images/val/a.jpg': '' })
    expect((await faultOf('data.yaml')).text).toContain(join(dir, 'labels/val/a.txt'))
  })

  test('is asked for a part that it has', async () => {
    await put(good)
    expect((await faultOf('data.yaml', 'test')).text).toContain('train, val')
  })
})

test('what is no dataset is refused with what one is', async () => {
  expect((await faultOf('.')).text).toContain('data.yaml')
  expect((await faultOf('none')).field).toBe('dataset')
})
