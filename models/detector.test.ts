import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openDetector, type Detector } from './detector.ts'
import { tinyOnnx } from './tiny-onnx.ts'

const folder = mkdtempSync(join(tmpdir(), 'detector-'))
let detector: Detector

beforeAll(async () => {
  const weights = join(folder, 'model.onnx')
  const data = [8, 8, 16, 24, 0.9, 0, 0, 0, 16, 16, 0.4, 1]
  writeFileSync(weights, tinyOnnx({ outputs: [{ name: 'output0', dims: [1, 2, 6], data }] }))
  detector = await openDetector({
    weights,
    card: {
      head: 'end-to-end',
      input: { size: [32, 32], color: 'rgb', scale: 1 / 255, fit: 'stretch' },
      labels: ['person', 'litter'],
      thresholds: { score: 0.5 },
    },
    threads: 1,
  })
})
afterAll(async () => {
  await detector[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true })
})

const frame = { width: 128, height: 96, rgb: new Uint8Array(128 * 96 * 3), at: 0 }

test('boxes are in pixels of the frame, though only a part of it was looked at', async () => {
  const region = { x: 64, y: 32, width: 32, height: 64 }
  expect(await detector.detect(frame, { region })).toEqual([
    { label: 'person', score: expect.closeTo(0.9), box: [72, 48, 80, 80] },
  ])
})

test('the card says which scores count, unless the one who asks does', async () => {
  expect(await detector.detect(frame)).toHaveLength(1)
  expect(await detector.detect(frame, { score: 0.3 })).toHaveLength(2)
})

test('several at once, of frames of several shapes, are kept apart', async () => {
  const shapes = [16, 32, 64, 128].map((width) => ({
    width,
    height: 32,
    rgb: new Uint8Array(width * 96),
    at: 0,
  }))
  const found = await Promise.all([...shapes, ...shapes].map((each) => detector.detect(each)))
  const middles = found.map(([first]) => first && (first.box[0] + first.box[2]) / 2)
  expect(middles.map((at) => Math.round(at ?? 0))).toEqual([6, 12, 24, 48, 6, 12, 24, 48])
})
