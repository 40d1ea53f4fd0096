import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isGanzhiError } from '@ganzhi/contracts/error'
import { afterAll, describe, expect, test } from 'vitest'
import { openDetector, type DetectorCard } from './detector.ts'
import { inspectModel } from './inspect/inspect-model.ts'
import { tinyOnnx, type TinyModel } from './tiny-onnx.ts'

const folder = mkdtempSync(join(tmpdir(), 'hostile-'))
afterAll(() => rmSync(folder, { recursive: true }))

const card: DetectorCard = {
  head: 'end-to-end',
  input: { size: [32, 32], color: 'rgb', scale: 1 / 255, fit: 'stretch' },
  labels: ['person'],
}

const good: TinyModel = { outputs: [{ name: 'output0', dims: [1, 1, 6], data: [1, 1, 9, 9, 0.9, 0] }] }
const giving = (data: number[]): TinyModel => ({ outputs: [{ name: 'output0', dims: [1, 1, 6], data }] })

async function refusal(bytes: Uint8Array): Promise<string> {
  const weights = join(folder, 'model.onnx')
  writeFileSync(weights, bytes)
  const error: unknown = await openDetector({ weights, card, threads: 1 }).catch((cause: unknown) => cause)
  if (!isGanzhiError(error)) return 'it was opened'
  return `${error.code}: ${error.message}`
}

describe('a model is refused with the reason', () => {
  test('though the same one is taken when nothing is wrong', async () => {
    expect(await refusal(tinyOnnx(good))).toBe('it was opened')
  })

  test.each<[string, Uint8Array, RegExp]>([
    ['that is no model', new TextEncoder().encode('<html>404</html>'), /^model-refused: .*no ONNX/],
    ['that is empty', new Uint8Array(), /^model-refused: .*no ONNX/],
    ['that is cut in two', tinyOnnx(good).subarray(0, 90), /^model-refused/],
    [
      'whose weights lie elsewhere',
      tinyOnnx({ ...good, externalData: '/etc/passwd' }),
      /other files \(\/etc\/passwd\)/,
    ],
    [
      'with operators of TensorRT',
      tinyOnnx({ ...good, operators: [{ domain: 'TRT', opType: 'EfficientNMS_TRT' }] }),
      /EfficientNMS_TRT is an operator of TensorRT/,
    ],
    [
      'with operators of TensorRT in the standard’s own domain',
      tinyOnnx({ ...good, operators: [{ domain: '', opType: 'EfficientNMS_TRT' }] }),
      /EfficientNMS_TRT is an operator of TensorRT/,
    ],
    [
      'with operators that nobody knows',
      tinyOnnx({ ...good, operators: [{ domain: 'com.evil', opType: 'Shell' }] }),
      /not part of ONNX: com.evil:Shell/,
    ],
    [
      'that says it gives more than any memory holds',
      tinyOnnx({ outputs: [{ name: 'output0', dims: [1, 2_000_000, 6000], data: [] }] }),
      /its output output0 is of 1×2000000×6000 values/,
    ],
    ['that gives NaN', tinyOnnx(giving([1, 1, 9, 9, Number.NaN, 0])), /output0 .*NaN/],
    ['that gives infinite boxes', tinyOnnx(giving([1, 1, Infinity, 9, 0.9, 0])), /output0 .*infinite/],
    ['whose scores are none', tinyOnnx(giving([1, 1, 9, 9, 17, 0])), /^model-mismatch: .*scores go from 17/],
    ['with more classes than labels', tinyOnnx(giving([1, 1, 9, 9, 0.9, 7])), /^model-mismatch: .*class 7/],
    [
      'that takes several pictures at once',
      tinyOnnx({ ...good, inputs: [{ name: 'images', type: 'float32', dims: [4, 3, 32, 32] }] }),
      /4 pictures at once/,
    ],
    [
      'that asks for more than a picture',
      tinyOnnx({
        ...good,
        inputs: [
          { name: 'images', type: 'float32', dims: [1, 3, 32, 32] },
          { name: 'scale_factor', type: 'float32', dims: [1, 2] },
        ],
      }),
      /asks for scale_factor/,
    ],
    [
      'that takes grey pictures',
      tinyOnnx({ ...good, inputs: [{ name: 'images', type: 'float32', dims: [1, 1, 32, 32] }] }),
      /not three colours/,
    ],
  ])('%s', async (_, bytes, reason) => {
    expect(await refusal(bytes)).toMatch(reason)
  })

  test('a file that is not there', async () => {
    await expect(inspectModel(join(folder, 'none.onnx'))).rejects.toThrow(/can't be read/)
  })

  test.each([
    ['YOLOv7 with its class before its score', [0, 24, 28, 40, 36, 1, 0.9]],
    ['YOLO-NAS with its score before its class', [0, 24, 28, 40, 36, 0.9, 1]],
  ])('a choice of its own that reads either way: %s', async (_, data) => {
    const weights = join(folder, 'flat.onnx')
    const rows = [...data, ...data, ...data]
    writeFileSync(weights, tinyOnnx({ outputs: [{ name: 'output', dims: [3, 7], data: rows }] }))
    await expect(inspectModel(weights)).rejects.toThrow(/chooses boxes itself, as rows of 7 columns/)
  })

  test('PaddleDetection’s choice, which asks for the scale of the picture', async () => {
    const weights = join(folder, 'paddle.onnx')
    const inputs = [
      { name: 'im_shape', type: 'float32' as const, dims: [1, 2] },
      { name: 'image', type: 'float32' as const, dims: [1, 3, 32, 32] },
      { name: 'scale_factor', type: 'float32' as const, dims: [1, 2] },
    ]
    const outputs = [{ name: 'multiclass_nms3_0', dims: [1, 6], data: [0, 0.9, 1, 1, 9, 9] }]
    writeFileSync(weights, tinyOnnx({ inputs, outputs }))
    await expect(inspectModel(weights)).rejects.toThrow(/asks for im_shape beside the picture/)
  })

  test('one that segments or poses', async () => {
    const weights = join(folder, 'pose.onnx')
    writeFileSync(weights, tinyOnnx({ ...good, metadata: { task: 'pose' } }))
    await expect(inspectModel(weights)).rejects.toThrow(/made to pose/)
  })
})
