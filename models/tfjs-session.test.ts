import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { openDetector } from './detector.ts'
import { cardOf, inspectModel } from './inspect/inspect-model.ts'

const folder = mkdtempSync(join(tmpdir(), 'tfjs-'))
afterAll(() => rmSync(folder, { recursive: true }))

const dims = (...sizes: number[]) => ({ dim: sizes.map((size) => ({ size: String(size) })) })
const float = { type: 'DT_FLOAT' }

/** A graph that gives its weights, if the picture that arrives is not black. */
function graphModel(rows: number[], shards = ['weights.bin']): object {
  const constant = (name: string, type: string, ...shape: number[]) => ({
    name,
    op: 'Const',
    attr: { dtype: { type }, value: { tensor: { dtype: type, tensorShape: dims(...shape) } } },
  })
  return {
    format: 'graph-model',
    modelTopology: {
      node: [
        { name: 'images', op: 'Placeholder', attr: { dtype: float, shape: { shape: dims(1, 32, 32, 3) } } },
        constant('boxes', 'DT_FLOAT', 1, rows.length / 6, 6),
        constant('axes', 'DT_INT32', 4),
        {
          name: 'brightest',
          op: 'Max',
          input: ['images', 'axes'],
          attr: { T: float, keep_dims: { b: false } },
        },
        { name: 'lit', op: 'Ceil', input: ['brightest'], attr: { T: float } },
        { name: 'shown', op: 'Mul', input: ['boxes', 'lit'], attr: { T: float } },
        { name: 'Identity', op: 'Identity', input: ['shown'], attr: { T: float } },
      ],
      library: {},
      versions: { producer: 1 },
    },
    weightsManifest: [
      {
        paths: shards,
        weights: [
          { name: 'boxes', shape: [1, rows.length / 6, 6], dtype: 'float32' },
          { name: 'axes', shape: [4], dtype: 'int32' },
        ],
      },
    ],
  }
}

function written(name: string, model: object, rows: number[]): string {
  const file = join(folder, `${name}.json`)
  writeFileSync(file, JSON.stringify(model))
  const weights = [
    new Uint8Array(Float32Array.from(rows).buffer),
    new Uint8Array(Int32Array.of(0, 1, 2, 3).buffer),
  ]
  writeFileSync(join(folder, 'weights.bin'), Buffer.concat(weights))
  return file
}

const frame = { width: 64, height: 64, rgb: new Uint8Array(64 * 64 * 3).fill(255), at: 0 }

test('a TensorFlow.js graph model is inspected and detects behind the same interface', async () => {
  const rows = [8, 8, 16, 24, 0.75, 1]
  const weights = written('model', graphModel(rows), rows)
  const inspection = await inspectModel(weights)
  expect(inspection).toMatchObject({ head: 'end-to-end', input: { size: [32, 32] }, needs: ['labels'] })
  const card = { ...cardOf(inspection), labels: ['person', 'litter'] }
  await using detector = await openDetector({ weights, card, threads: 1 })
  expect(await detector.detect(frame)).toEqual([{ label: 'litter', score: 0.75, box: [16, 16, 32, 48] }])
})

test('weights elsewhere than beside it, or none, are refused', async () => {
  const rows = [8, 8, 16, 24, 0.75, 1]
  await expect(inspectModel(written('away', graphModel(rows, ['../weights.bin']), rows))).rejects.toThrow(
    /model is refused.*paths/,
  )
  await expect(inspectModel(written('gone', graphModel(rows, ['gone.bin']), rows))).rejects.toThrow(
    /model is refused/,
  )
  await expect(inspectModel(written('none', { format: 'layers-model' }, rows))).rejects.toThrow(
    /model is refused/,
  )
})
