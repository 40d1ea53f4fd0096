import { check } from '@ganzhi/contracts/schema'
import { loadGraphModel, type GraphModel } from '@tensorflow/tfjs-converter'
import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-wasm'
import Type from 'typebox'
import { refused } from './model-error.ts'
import type { Runtime } from './runtime.ts'
import type { Feed, Tensor, TensorSpec } from './tensor.ts'
import type { WeightFiles } from './weight-files.ts'

/** `model.json` as TensorFlow.js' converter writes it; what it holds beside is passed over. */
const GraphModelFile = Type.Object({
  format: Type.Literal('graph-model'),
  modelTopology: Type.Object({}),
  weightsManifest: Type.Array(
    Type.Object({
      // Files beside it, and nothing else.
      paths: Type.Array(Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._-]*$' })),
      weights: Type.Array(
        Type.Object({ name: Type.String(), shape: Type.Array(Type.Integer()), dtype: Type.String() }),
      ),
    }),
  ),
  signature: Type.Optional(Type.Object({})),
})

/** A TensorFlow.js graph model behind the same interface: native TensorFlow where it is installed, else WebAssembly. */
export async function openTfjsSession(files: WeightFiles): Promise<Runtime> {
  await useBestBackend()
  const model = await load(files)
  return {
    inputs: model.inputs.map(specOf),
    run: (feeds) => run(model, feeds),
    async [Symbol.asyncDispose]() {
      model.dispose()
    },
  }
}

async function useBestBackend(): Promise<void> {
  const native = '@tensorflow/tfjs-node'
  const backend = await import(native).then(
    () => 'tensorflow',
    () => 'wasm',
  )
  await tf.setBackend(backend)
}

async function load(files: WeightFiles): Promise<GraphModel> {
  const json = await files.read(files.name)
  try {
    const file = check(GraphModelFile, JSON.parse(new TextDecoder().decode(json)), 'model.json')
    const shards = file.weightsManifest.flatMap(({ paths }) => paths)
    const parts = await Promise.all(shards.map((shard) => files.read(shard)))
    const weightData = new Uint8Array(Buffer.concat(parts)).buffer
    const weightSpecs = file.weightsManifest.flatMap(({ weights }) => weights) as tf.io.WeightsManifestEntry[]
    const { modelTopology, signature } = file
    const load = async () => ({ modelTopology, weightSpecs, weightData, ...(signature && { signature }) })
    return await loadGraphModel({ load })
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw refused(`it can't be loaded: ${reason}`, 'Convert it anew with tensorflowjs_converter.', cause)
  }
}

/** TensorFlow.js has no bytes: a picture of whole numbers is one of bytes. */
function specOf({ name, shape, dtype }: GraphModel['inputs'][number]): TensorSpec {
  const dims = shape?.map((dim) => (dim > 0 ? dim : undefined)) ?? []
  const type =
    dtype === 'float32' ? 'float32' : dtype === 'int32' ? (dims.length === 4 ? 'uint8' : 'int32') : 'other'
  return { name, type, dims }
}

async function run(model: GraphModel, feeds: readonly Feed[]): Promise<Tensor[]> {
  const given = Object.fromEntries(feeds.map((feed) => [feed.name, toTf(feed)]))
  const results = await execute(model, given)
  try {
    return await Promise.all(
      results.map(async (each, i) => ({
        name: model.outputs[i]?.name ?? '',
        dims: each.shape,
        data: Float32Array.from(await each.data()),
      })),
    )
  } finally {
    tf.dispose([Object.values(given), results])
  }
}

/** Graphs with NMS or branches inside can't be told how large their results will be: only they need the other call. */
async function execute(model: GraphModel, given: tf.NamedTensorMap): Promise<tf.Tensor[]> {
  const names = model.outputs.map(({ name }) => name)
  try {
    return [model.execute(given, names)].flat()
  } catch (error) {
    if (error instanceof Error && error.message.includes('executeAsync')) {
      return [await model.executeAsync(given, names)].flat()
    }
    throw error
  }
}

function toTf({ dims, data }: Feed): tf.Tensor {
  if (data instanceof Float32Array) return tf.tensor(data, [...dims], 'float32')
  return tf.tensor(Int32Array.from(data, Number), [...dims], 'int32')
}
