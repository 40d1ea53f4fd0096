import { expect, test } from 'vitest'
import { openOnnxSession } from './onnx-session.ts'
import { pictureInputOf } from './picture-input.ts'
import { letGo } from './tensor.ts'
import { tinyOnnx } from './tiny-onnx.ts'

test.each(['float32', 'float16', 'uint8'] as const)('a model that takes %s is given them', async (type) => {
  const bytes = tinyOnnx({
    inputs: [{ name: 'images', type, dims: [1, 3, 8, 8] }],
    outputs: [{ name: 'boxes', dims: [1, 2], data: [0.5, 2] }],
  })
  await using session = await openOnnxSession(bytes, { threads: 1 })
  const picture = pictureInputOf(session.inputs)
  expect(picture).toMatchObject({ type, order: 'nchw', width: 8, height: 8 })
  const outputs = await session.run(picture.feeds(picture.newPixels([8, 8]), [8, 8]))
  expect(outputs).toEqual([{ name: 'boxes', dims: [1, 2], data: Float32Array.of(0.5, 2) }])
})

test('a model that gives whole numbers or half floats is read as floats', async () => {
  const bytes = tinyOnnx({
    outputs: [
      { name: 'labels', dims: [3], data: [3, 0, 80], type: 'int64' },
      { name: 'scores', dims: [2], data: [0.5, -2], type: 'float16' },
    ],
  })
  await using session = await openOnnxSession(bytes, { threads: 1 })
  const picture = pictureInputOf(session.inputs)
  const outputs = await session.run(picture.feeds(picture.newPixels([32, 32]), [32, 32]))
  expect(outputs.map(({ data }) => Array.from(data))).toEqual([
    [3, 0, 80],
    [0.5, -2],
  ])
})

test('numbers that are let go take no memory any more, and those of other runs stay', async () => {
  const bytes = tinyOnnx({
    inputs: [{ name: 'images', type: 'float32', dims: [1, 3, 8, 8] }],
    outputs: [{ name: 'boxes', dims: [1, 2], data: [0.5, 2] }],
  })
  await using session = await openOnnxSession(bytes, { threads: 1 })
  const feeds = [{ name: 'images', dims: [1, 3, 8, 8], data: new Float32Array(192) }]
  const [first, second] = await Promise.all([session.run(feeds), session.run(feeds)])
  letGo([...first, ...first])
  expect(first[0]?.data.buffer.byteLength).toBe(0)
  expect(second[0]?.data).toEqual(Float32Array.of(0.5, 2))
})

test('an execution provider that is not there is refused by name', async () => {
  const bytes = tinyOnnx({ outputs: [{ name: 'boxes', dims: [1], data: [1] }] })
  await expect(openOnnxSession(bytes, { threads: 1, providers: ['abacus'] })).rejects.toThrow(
    /refused.*abacus/,
  )
})
