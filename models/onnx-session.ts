import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node'
import { badOutput, refused } from './model-error.ts'
import type { Runtime } from './runtime.ts'
import { MOST_VALUES, type Feed, type Tensor, type TensorSpec } from './tensor.ts'

export interface SessionOptions {
  /** Threads of one run. */
  readonly threads: number
  /** In the order they are tried, such as `['cuda', 'cpu']`; the CPU unless told. */
  readonly providers?: readonly string[]
}

export async function openOnnxSession(bytes: Uint8Array, options: SessionOptions): Promise<Runtime> {
  const session = await create(bytes, options)
  return {
    inputs: session.inputMetadata.map(specOf),
    async run(feeds) {
      const inputs = feeds.map(({ name, dims, data }) => [name, toOrt(dims, data)] as const)
      const results = await session.run(Object.fromEntries(inputs))
      return session.outputNames.map((name) => fromOrt(name, results[name]))
    },
    [Symbol.asyncDispose]: () => session.release(),
  }
}

async function create(bytes: Uint8Array, options: SessionOptions): Promise<InferenceSession> {
  try {
    return await InferenceSession.create(bytes, {
      executionProviders: [...(options.providers ?? ['cpu'])],
      intraOpNumThreads: options.threads,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      graphOptimizationLevel: 'all',
      logSeverityLevel: 4,
      // Its threads would go on turning for a while after each run, on cores that decoders need.
      extra: { session: { force_spinning_stop: '1' } },
    })
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw refused(`it can't be loaded: ${reason}`, 'Export it anew, for ONNX Runtime on this machine.', cause)
  }
}

function specOf(each: InferenceSession.ValueMetadata): TensorSpec {
  if (!each.isTensor) return { name: each.name, type: 'other', dims: [] }
  const dims = each.shape.map((dim) => (typeof dim === 'number' && dim > 0 ? dim : undefined))
  return { name: each.name, type: KNOWN_TYPES.find((type) => type === each.type) ?? 'other', dims }
}

const KNOWN_TYPES = ['float32', 'float16', 'uint8', 'int64', 'int32'] as const

function toOrt(dims: readonly number[], data: Feed['data']): OrtTensor {
  if (data instanceof Float32Array) return new OrtTensor('float32', data, dims)
  if (data instanceof Uint8Array) return new OrtTensor('uint8', data, dims)
  if (data instanceof BigInt64Array) return new OrtTensor('int64', data, dims)
  if (data instanceof Int32Array) return new OrtTensor('int32', data, dims)
  return halfFloats(dims, data)
}

/** The binding of 1.30 knows half floats as 16-bit words only, while its own Tensor makes them a Float16Array. */
function halfFloats(dims: readonly number[], data: Float16Array): OrtTensor {
  const words = new Uint16Array(data.buffer, data.byteOffset, data.length)
  return Object.defineProperty(new OrtTensor('float16', words, dims), 'data', { value: words })
}

function fromOrt(name: string, value: OrtTensor | undefined): Tensor {
  const data = value?.data
  if (value === undefined || data === undefined || Array.isArray(data)) {
    throw badOutput(`no numbers as ${name}`)
  }
  if (data.length > MOST_VALUES) throw badOutput(`${data.length} values as ${name}`)
  return { name, dims: value.dims, data: data instanceof Float32Array ? data : toFloats(value.type, data) }
}

function toFloats(type: string, data: Exclude<OrtTensor['data'], string[]>): Float32Array {
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) return Float32Array.from(data, Number)
  if (type === 'float16' && data instanceof Uint16Array) {
    return Float32Array.from(new Float16Array(data.buffer, data.byteOffset, data.length))
  }
  return Float32Array.from(data)
}
