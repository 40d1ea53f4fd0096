import { createPrivateKey } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '@ganzhi/device-drivers/clock'
import { makeKeyPair } from '@ganzhi/models/package/keys'
import { pack, sign } from '@ganzhi/models/package/pack'
import { tinyOnnx } from '@ganzhi/models/tiny-onnx'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openDetectorChild } from './detector-child.ts'
import type { ModelOrder } from './messages.ts'

const pair = makeKeyPair()
const CARD = `
id: my-city/garbage
version: 3
weights: best.onnx
head: yolov8
input: { size: [32, 32], color: rgb, scale: 0.00392156862745098, fit: stretch }
labels: [garbage]
licence: Apache-2.0
`

let dir: string
let key: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'detector-'))
  await writeFile(join(dir, 'card.yaml'), CARD)
  key = `${dir}.pem`
  await writeFile(key, pair.publicKey)
})
afterEach(() => Promise.all([dir, key].map((path) => rm(path, { recursive: true, force: true }))))

/** One box of 8 × 8 in the middle of the input, as YOLOv8 says it: rows of x, y, width, height, score. */
const seesOne = (score: number) =>
  new Float32Array(105).map((_, i) => (i % 21 === 0 ? [16, 16, 8, 8, score][i / 21]! : 0))

async function packed(data: Float32Array, signed = true): Promise<ModelOrder> {
  await writeFile(
    join(dir, 'best.onnx'),
    tinyOnnx({ outputs: [{ name: 'output0', dims: [1, 5, 21], data }] }),
  )
  await pack(dir)
  if (signed) await sign(dir, createPrivateKey(pair.privateKey))
  return { kind: 'package', dir, trustedKeys: [key] }
}

const open = (model: ModelOrder) =>
  openDetectorChild({ clock: systemClock, model, threads: 1, signal: new AbortController().signal })

const frame = { width: 64, height: 32, rgb: new Uint8Array(3 * 64 * 32), at: 1 }

test('a signed package runs, and says by what it is known', async () => {
  await using detector = await open(await packed(seesOne(0.9)))
  expect(detector.card).toMatchObject({ id: 'my-city/garbage', version: 3 })
  expect(detector.digest).toMatch(/^[0-9a-f]{64}$/)
  const { detections, inferenceMs } = await detector.look(frame, {})
  expect(detections).toEqual([{ label: 'garbage', score: expect.closeTo(0.9, 5), box: [24, 12, 40, 20] }])
  expect(inferenceMs).toBeGreaterThan(0)
})

test('score and tiles are asked for look by look', async () => {
  await using detector = await open(await packed(seesOne(0.2)))
  expect((await detector.look(frame, {})).detections).toEqual([])
  expect((await detector.look(frame, { score: 0.1 })).detections).toHaveLength(1)
  const tiled = await detector.look(frame, { score: 0.1, tiles: { columns: 2, rows: 1 } })
  expect(tiled.detections.length).toBeGreaterThan(1)
})

test('what is unsigned, altered or not a model is refused with its reason', async () => {
  await expect(open(await packed(seesOne(0.9), false))).rejects.toMatchObject({ code: 'package-unsigned' })
  const order = await packed(seesOne(0.9))
  await writeFile(join(dir, 'best.onnx'), 'altered')
  await expect(open(order)).rejects.toMatchObject({ code: 'package-altered' })
})

test('without the keys that are trusted nothing runs', async () => {
  const order = await packed(seesOne(0.9))
  await rm(key)
  await expect(open(order)).rejects.toMatchObject({ code: 'bad-key', field: key })
})

test('a model of NaN is refused', async () => {
  await expect(packed(new Float32Array(105).fill(NaN)).then(open)).rejects.toMatchObject({
    code: 'model-refused',
  })
})
