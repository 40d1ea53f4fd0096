import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '@ganzhi/device-drivers/clock'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { makeModel, makePackage, seesOne, TRUSTED_KEY } from '../fixtures/made-models.ts'
import { openDetectorChild } from './detector-child.ts'
import type { ModelOrder } from './messages.ts'

let dir: string
let key: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'detector-'))
  key = `${dir}.pem`
  await writeFile(key, TRUSTED_KEY)
})
afterEach(() => Promise.all([dir, key].map((path) => rm(path, { recursive: true, force: true }))))

const order = (): ModelOrder => ({ kind: 'package', dir, trustedKeys: [key] })

async function packaged(score = 0.9): Promise<ModelOrder> {
  await makePackage(dir, { version: 3, model: seesOne(score) })
  return order()
}

const open = (model: ModelOrder) =>
  openDetectorChild({ clock: systemClock, model, threads: 1, signal: new AbortController().signal })

const frame = { width: 64, height: 32, rgb: new Uint8Array(3 * 64 * 32), at: 1 }

test('a signed package runs, and says by what it is known', async () => {
  await using detector = await open(await packaged())
  expect(detector.card).toMatchObject({ id: 'test/people', version: 3 })
  expect(detector.digest).toMatch(/^[0-9a-f]{64}$/)
  const { detections, inferenceMs } = await detector.look(frame, {})
  expect(detections).toEqual([{ label: 'person', score: expect.closeTo(0.9, 5), box: [24, 12, 40, 20] }])
  expect(inferenceMs).toBeGreaterThan(0)
})

test('score and tiles are asked for look by look', async () => {
  await using detector = await open(await packaged(0.2))
  expect((await detector.look(frame, {})).detections).toEqual([])
  expect((await detector.look(frame, { score: 0.1 })).detections).toHaveLength(1)
  const tiled = await detector.look(frame, { score: 0.1, tiles: { columns: 2, rows: 1 } })
  expect(tiled.detections.length).toBeGreaterThan(1)
})

test('what is unsigned, altered or not a model is refused with its reason', async () => {
  await makeModel(dir, { version: 3 })
  await expect(open(order())).rejects.toMatchObject({ code: 'package-unsigned' })
  await packaged()
  await writeFile(join(dir, 'best.onnx'), 'altered')
  await expect(open(order())).rejects.toMatchObject({ code: 'package-altered' })
})

test('without the keys that are trusted nothing runs', async () => {
  await packaged()
  await rm(key)
  await expect(open(order())).rejects.toMatchObject({ code: 'bad-key', field: key })
})

test('a model of NaN is refused', async () => {
  await expect(packaged(Number.NaN).then(open)).rejects.toMatchObject({ code: 'model-refused' })
})
