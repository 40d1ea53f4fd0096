import type { Layer } from './network.ts'

export const GRAPH_FILE = 'model.json'
export const SHARD_FILE = 'weights.bin'
export const GRAPH_INPUT = 'window'

const float = { type: 'DT_FLOAT' }
const shapeOf = (...sizes: number[]) => ({ dim: sizes.map((size) => ({ size: String(size) })) })

/** Layers as the files of a TensorFlow.js graph model. */
export function graphModelFiles(layers: readonly Layer[]): { json: string; shard: Uint8Array } {
  const width = layers[0]?.inputs ?? 0
  const input = {
    name: GRAPH_INPUT,
    op: 'Placeholder',
    attr: { dtype: float, shape: { shape: shapeOf(-1, width) } },
  }
  const graph = {
    format: 'graph-model',
    modelTopology: { node: [input, ...layers.flatMap(layerNodes)], library: {}, versions: { producer: 1 } },
    weightsManifest: [{ paths: [SHARD_FILE], weights: layers.flatMap(weightEntries) }],
  }
  const numbers = layers.flatMap(({ weights, biases }) => [weights, biases])
  const shard = Buffer.concat(
    numbers.map(({ buffer, byteOffset, byteLength }) => Buffer.from(buffer, byteOffset, byteLength)),
  )
  return { json: `${JSON.stringify(graph)}\n`, shard }
}

function layerNodes({ inputs, outputs }: Layer, i: number, { length }: readonly Layer[]) {
  const before = i === 0 ? GRAPH_INPUT : `rectified${i - 1}`
  const last = i === length - 1
  return [
    constant(`weights${i}`, inputs, outputs),
    constant(`biases${i}`, outputs),
    {
      name: `product${i}`,
      op: 'MatMul',
      input: [before, `weights${i}`],
      attr: { T: float, transpose_a: { b: false }, transpose_b: { b: false } },
    },
    {
      name: last ? 'restored' : `sum${i}`,
      op: 'BiasAdd',
      input: [`product${i}`, `biases${i}`],
      attr: { T: float },
    },
    ...(last ? [] : [{ name: `rectified${i}`, op: 'Relu', input: [`sum${i}`], attr: { T: float } }]),
  ]
}

function constant(name: string, ...sizes: number[]) {
  const tensor = { dtype: 'DT_FLOAT', tensorShape: shapeOf(...sizes) }
  return { name, op: 'Const', attr: { dtype: float, value: { tensor } } }
}

function weightEntries({ inputs, outputs }: Layer, i: number) {
  return [
    { name: `weights${i}`, shape: [inputs, outputs], dtype: 'float32' },
    { name: `biases${i}`, shape: [outputs], dtype: 'float32' },
  ]
}
