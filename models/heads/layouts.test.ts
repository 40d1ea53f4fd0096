import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isGanzhiError } from '@ganzhi/contracts/error'
import { afterAll, describe, expect, test } from 'vitest'
import type { Head } from '../card.ts'
import { openDetector } from '../detector.ts'
import type { Frame } from '../frame.ts'
import { cardOf, inspectModel } from '../inspect/inspect-model.ts'
import { tinyOnnx, type TinyModel } from '../tiny-onnx.ts'

const folder = mkdtempSync(join(tmpdir(), 'layouts-'))
afterAll(() => rmSync(folder, { recursive: true }))

function written(name: string, model: TinyModel): string {
  const file = join(folder, `${name}.onnx`)
  writeFileSync(file, tinyOnnx(model))
  return file
}

// Twice as large as the models' 64 × 64, so that coordinates double on their way.
const frame: Frame = { width: 128, height: 128, rgb: new Uint8Array(128 * 128 * 3), at: 0 }
const picture = (name: string, side = 64) => ({ name, type: 'float32' as const, dims: [1, 3, side, side] })

/** Rows of zeros but for those that are told. */
function table(
  rows: number,
  columns: number,
  filled: Readonly<Record<number, readonly number[]>>,
): Float32Array {
  const data = new Float32Array(rows * columns)
  for (const [row, values] of Object.entries(filled)) data.set(values, Number(row) * columns)
  return data
}

function transposed(data: Float32Array, rows: number, columns: number): Float32Array {
  return data.map((_, i) => data[(i % rows) * columns + Math.floor(i / rows)] as number)
}

// 64 × 64 has 8·8 + 4·4 + 2·2 = 84 cells at strides 8, 16 and 32, and one more at 64.
const CELLS = 84

interface Layout {
  readonly name: string
  readonly head: Head
  readonly model: TinyModel
  readonly labels?: string[]
  /** In pixels of the frame. */
  readonly box: readonly [number, number, number, number]
  readonly score: number
  readonly label: string
  readonly needs?: string[]
}

const spread = { 0: [4, 4, 4, 4], 83: [48, 48, 8, 8] }
const names = "{0: 'person', 1: 'car'}"

/** Weights of 8 bins a side, of which one is all. */
const sides = (...bins: number[]) =>
  bins.flatMap((bin) => Array.from({ length: 8 }, (_, i) => (i === bin ? 40 : 0)))
const gfl = (cells: number, at: number, bins: number[]) => table(cells, 32, { [at]: sides(...bins) })

const layouts: Layout[] = [
  {
    name: 'YOLOv5: objectness, three rows a cell',
    head: 'yolov5',
    model: {
      inputs: [picture('images')],
      outputs: [
        {
          name: 'output0',
          dims: [1, 3 * CELLS, 7],
          data: table(3 * CELLS, 7, { 5: [32, 32, 16, 8, 0.9, 0.1, 0.8] }),
        },
      ],
      metadata: { names },
    },
    box: [48, 56, 80, 72],
    score: 0.72,
    label: 'car',
  },
  {
    name: 'YOLOv5 of one class: six columns, and no end-to-end output',
    head: 'yolov5',
    model: {
      inputs: [picture('images')],
      outputs: [
        {
          name: 'output',
          dims: [1, 3 * CELLS, 6],
          data: table(3 * CELLS, 6, { 5: [32, 32, 16, 8, 1, 0.8] }),
        },
      ],
      metadata: { names: "['litter']" },
    },
    box: [48, 56, 80, 72],
    score: 0.8,
    label: 'litter',
  },
  {
    name: 'YOLOv8: channels first',
    head: 'yolov8',
    model: {
      inputs: [picture('images')],
      outputs: [
        {
          name: 'output0',
          dims: [1, 6, CELLS],
          data: transposed(table(CELLS, 6, { ...spread, 7: [32, 32, 16, 8, 0.1, 0.7] }), CELLS, 6),
        },
      ],
      metadata: { names, task: 'detect' },
    },
    box: [48, 56, 80, 72],
    score: 0.7,
    label: 'car',
  },
  {
    name: 'YOLOv8 with one stride and one class',
    head: 'yolov8',
    model: {
      inputs: [picture('images', 160)],
      outputs: [
        {
          name: 'output0',
          dims: [1, 5, 100],
          data: transposed(table(100, 5, { 3: [80, 80, 40, 20, 0.7] }), 100, 5),
        },
      ],
      metadata: { names: "{0: 'bin'}" },
    },
    // The frame is enlarged, and so lies half a pixel on.
    box: [47.6, 55.6, 79.6, 71.6],
    score: 0.7,
    label: 'bin',
  },
  {
    name: 'YOLOv10 and YOLO26: the model’s own choice',
    head: 'end-to-end',
    model: {
      inputs: [picture('images')],
      outputs: [{ name: 'output0', dims: [1, 300, 6], data: table(300, 6, { 0: [24, 28, 40, 36, 0.9, 1] }) }],
      metadata: { names, end2end: 'True' },
    },
    box: [48, 56, 80, 72],
    score: 0.9,
    label: 'car',
  },
  {
    name: 'end-to-end without metadata',
    head: 'end-to-end',
    model: {
      inputs: [picture('images')],
      outputs: [{ name: 'output0', dims: [1, 300, 6], data: table(300, 6, { 0: [24, 28, 40, 36, 0.9, 3] }) }],
    },
    needs: ['labels'],
    box: [48, 56, 80, 72],
    score: 0.9,
    label: 'class-3',
  },
  {
    name: 'YOLOX of one class, undecoded: six columns too',
    head: 'yolox',
    model: {
      inputs: [picture('images')],
      // Cell 3, 3 of stride 8: its middle at 28, two strides wide.
      outputs: [
        {
          name: 'output',
          dims: [1, CELLS, 6],
          data: table(CELLS, 6, { 27: [0.5, 0.5, Math.log(2), 0, 0.9, 0.9] }),
        },
      ],
    },
    needs: ['labels'],
    box: [40, 48, 72, 64],
    score: 0.81,
    label: 'class-0',
  },
  {
    name: 'YOLOX decoded in the graph',
    head: 'yolox',
    model: {
      inputs: [picture('images')],
      outputs: [
        {
          name: 'output',
          dims: [1, CELLS, 7],
          data: table(CELLS, 7, { ...spread, 27: [32, 32, 16, 8, 0.9, 0, 1] }),
        },
      ],
      metadata: { names },
    },
    box: [48, 56, 80, 72],
    score: 0.9,
    label: 'car',
  },
  {
    name: 'RT-DETR and D-FINE with post-processing',
    head: 'rt-detr',
    model: {
      inputs: [picture('images'), { name: 'orig_target_sizes', type: 'int64', dims: ['N', 2] }],
      outputs: [
        { name: 'labels', dims: [1, 2], data: [1, 0], type: 'int64' },
        { name: 'boxes', dims: [1, 2, 4], data: [24, 28, 40, 36, 0, 0, 1, 1] },
        { name: 'scores', dims: [1, 2], data: [0.85, 0.01] },
      ],
      metadata: { names },
    },
    box: [48, 56, 80, 72],
    score: 0.85,
    label: 'car',
  },
  {
    name: 'RT-DETR of two classes as Ultralytics exports it: six columns again',
    head: 'rt-detr-ultralytics',
    model: {
      inputs: [picture('images')],
      outputs: [
        {
          name: 'output0',
          dims: [1, 300, 6],
          data: table(300, 6, { 0: [0.5, 0.5, 0.25, 0.125, 0.1, 0.85] }),
        },
      ],
      metadata: { names },
    },
    box: [48, 56, 80, 72],
    score: 0.85,
    label: 'car',
  },
  {
    name: 'RF-DETR: logits, ids of COCO',
    head: 'rf-detr',
    model: {
      inputs: [picture('input')],
      outputs: [
        { name: 'dets', dims: [1, 2, 4], data: [0.5, 0.5, 0.25, 0.125, 0, 0, 0, 0] },
        {
          name: 'labels',
          dims: [1, 2, 91],
          data: Array.from({ length: 182 }, (_, i) => (i === 3 ? Math.log(4) : -9)),
        },
      ],
    },
    box: [48, 56, 80, 72],
    score: 0.8,
    label: 'car',
  },
  {
    name: 'SSD of TensorFlow: y before x, ids from 1',
    head: 'ssd',
    model: {
      inputs: [{ name: 'image_tensor', type: 'uint8', dims: [1, 64, 64, 3] }],
      outputs: [
        { name: 'detection_boxes', dims: [1, 2, 4], data: [0.4375, 0.375, 0.5625, 0.625, 0, 0, 0, 0] },
        { name: 'detection_classes', dims: [1, 2], data: [2, 1] },
        { name: 'detection_scores', dims: [1, 2], data: [0.9, 0] },
        { name: 'num_detections', dims: [1], data: [2] },
      ],
      metadata: { names },
    },
    box: [48, 56, 80, 72],
    score: 0.9,
    label: 'car',
  },
  {
    name: 'SSD with its priors: the background is no thing',
    head: 'ssd',
    model: {
      inputs: [picture('input')],
      outputs: [
        { name: 'scores', dims: [1, 2, 3], data: [0.1, 0.1, 0.8, 1, 0, 0] },
        { name: 'boxes', dims: [1, 2, 4], data: [0.375, 0.4375, 0.625, 0.5625, 0, 0, 1, 1] },
      ],
      metadata: { names },
    },
    needs: ['input.scale'],
    box: [48, 56, 80, 72],
    score: 0.8,
    label: 'car',
  },
  {
    name: 'NanoDet-Plus: from the corner of the cell',
    head: 'nanodet-plus',
    model: {
      inputs: [picture('data')],
      // Cell 4, 4 of stride 8 stands for the point 32, 32.
      outputs: [
        { name: 'output', dims: [1, 85, 34], data: table(85, 34, { 36: [0.1, 0.75, ...sides(1, 1, 1, 1)] }) },
      ],
      metadata: { names },
    },
    box: [48, 48, 80, 80],
    score: 0.75,
    label: 'car',
  },
  {
    name: 'NanoDet: pairs in any order, from the middle of the cell',
    head: 'nanodet',
    model: {
      inputs: [picture('input.1')],
      outputs: [
        { name: 'a', dims: [1, 4, 32], data: gfl(4, 0, [0, 0, 0, 0]) },
        { name: 'b', dims: [1, 64, 2], data: table(64, 2, { 36: [0.1, 0.75] }) },
        { name: 'c', dims: [1, 16, 32], data: gfl(16, 0, [0, 0, 0, 0]) },
        { name: 'd', dims: [1, 64, 32], data: gfl(64, 36, [1, 1, 1, 2]) },
        { name: 'e', dims: [1, 4, 2], data: table(4, 2, {}) },
        { name: 'f', dims: [1, 16, 2], data: table(16, 2, {}) },
      ],
      metadata: { names },
    },
    box: [56, 56, 88, 104],
    score: 0.75,
    label: 'car',
  },
]

describe('layouts', () => {
  test.each(layouts)('$name', async ({ name, head, model, box, score, label, needs = [] }) => {
    const weights = written(name.replaceAll(/\W+/g, '-'), model)
    const inspection = await inspectModel(weights)
    expect(inspection).toMatchObject({ head, needs })
    await using detector = await openDetector({ weights, card: cardOf(inspection), threads: 1 })
    const found = await detector.detect(frame, { score: 0.3 })
    expect(found).toHaveLength(1)
    expect(found[0]).toMatchObject({ label, score: expect.closeTo(score, 2) })
    found[0]!.box.forEach((value, i) => expect(value).toBeCloseTo(box[i]!, 3))
  })

  test('hundreds of boxes stay, and two people 5 px apart stay two', async () => {
    const people = Array.from({ length: 300 }, (_, i) => {
      const x = 20 + (i % 15) * 45
      return [x, 20 + Math.floor(i / 15) * 30, 40, 25, 0.9]
    })
    const cells = 80 * 80 + 40 * 40 + 20 * 20
    const data = transposed(table(cells, 5, Object.fromEntries(people.entries())), cells, 5)
    const weights = written('crowd', {
      inputs: [picture('images', 640)],
      outputs: [{ name: 'output0', dims: [1, 5, cells], data }],
      metadata: { names: "{0: 'person'}" },
    })
    await using detector = await openDetector({
      weights,
      card: cardOf(await inspectModel(weights)),
      threads: 1,
    })
    expect(await detector.detect({ ...frame }, {})).toHaveLength(300)
  })

  test('YOLOX as it was trained before 0.2: what its card says of colours goes before what is usual', async () => {
    const { model } = layouts.find(({ name }) => name.startsWith('YOLOX decoded')) as Layout
    const weights = written('legacy-yolox', model)
    const legacy = {
      color: 'rgb',
      scale: 1 / 255,
      mean: [0.485, 0.456, 0.406],
      std: [0.229, 0.224, 0.225],
    } as const
    const card = cardOf(
      await inspectModel(weights, { input: { ...legacy, mean: [...legacy.mean], std: [...legacy.std] } }),
    )
    expect(card).toMatchObject({ head: 'yolox', input: { ...legacy, fit: 'pad-right-bottom', pad: 114 } })
    await using detector = await openDetector({ weights, card, threads: 1 })
    expect(await detector.detect(frame)).toHaveLength(1)
  })

  test('NMS in the graph, as Ultralytics exports it: rows that fill up are no things', async () => {
    const rows = { 0: [24, 28, 40, 36, 0.9, 1], 1: [2, 2, 9, 9, 0.6, 0] }
    const weights = written('nms', {
      inputs: [picture('images')],
      outputs: [{ name: 'output0', dims: [1, 300, 6], data: table(300, 6, rows) }],
      metadata: { names, task: 'detect', args: "{'batch': 1, 'nms': True}" },
    })
    const inspection = await inspectModel(weights)
    expect(inspection).toMatchObject({ head: 'end-to-end', needs: [] })
    await using detector = await openDetector({ weights, card: cardOf(inspection), threads: 1 })
    expect((await detector.detect(frame, { score: 0 })).map(({ label }) => label)).toEqual(['car', 'person'])
  })

  test('a dynamic size must be told', async () => {
    const weights = written('dynamic', {
      inputs: [{ name: 'images', type: 'float32', dims: ['N', 3, 'H', 'W'] }],
      outputs: [{ name: 'output0', dims: [1, 300, 6], data: table(300, 6, {}) }],
      metadata: { names, end2end: 'True' },
    })
    expect((await inspectModel(weights)).needs).toEqual(['input.size'])
    expect(await inspectModel(weights, { input: { size: [64, 64] } })).toMatchObject({
      needs: [],
      input: { size: [64, 64] },
    })
  })

  test('a card of another head, or with other labels, is refused with the field', async () => {
    const weights = written('mismatch', layouts[2]!.model)
    const card = cardOf(await inspectModel(weights))
    const refusal = async (other: Partial<typeof card>) => {
      const error: unknown = await openDetector({ weights, card: { ...card, ...other }, threads: 1 }).catch(
        (e) => e,
      )
      return isGanzhiError(error, 'model-mismatch') ? error.field : error
    }
    expect(await refusal({ head: 'yolox' })).toBe('head')
    expect(await refusal({ labels: ['person'] })).toBe('head')
    expect(await refusal({ input: { ...card.input, size: [32, 32] } })).toBe('input.size')
  })
})
