import { tinyOnnx } from '../tiny-onnx.ts'

/** What a package for tests is made of: a YOLOv8 that never sees anything. */
export const TINY_CARD = `
id: my-city/garbage
version: 3
weights: best.onnx
head: yolov8
input: { size: [32, 32], color: rgb, scale: 0.00392156862745098, fit: pad-centre, pad: 114 }
labels: [garbage]
licence: Apache-2.0
`
export const TINY_WEIGHTS = tinyOnnx({
  outputs: [{ name: 'output0', dims: [1, 5, 21], data: new Float32Array(105) }],
})
