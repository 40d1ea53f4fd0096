import { setImmediate as turn } from 'node:timers/promises'
import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-wasm'
import { freshNetwork, type Layer } from './network.ts'
import { type Random, shuffled } from './random.ts'
import { spoil } from './spoil.ts'
import { cellCount, inputLength, type WindowShape } from './window.ts'

const BATCH = 128
/** One after the other, each for its part of the epochs. */
const LEARNING_RATES = [3e-3, 1e-3, 3e-4]

export interface TrainingOptions {
  readonly epochs: number
  readonly random: Random
  readonly signal: AbortSignal
  readonly onEpoch?: ((done: number) => void) | undefined
}

/**
 * A denoising autoencoder: it learns to restore spoilt windows. On WebAssembly, whatever else is installed: the same
 * seed then gives the same weights.
 */
export async function trainNetwork(
  windows: readonly Float32Array[],
  shape: WindowShape,
  { epochs, random, signal, onEpoch }: TrainingOptions,
): Promise<Layer[]> {
  await tf.setBackend('wasm')
  const layers = freshNetwork(inputLength(shape), cellCount(shape), random).map(variablesOf)
  const optimizers = LEARNING_RATES.map((rate) => tf.train.adam(rate))
  try {
    for (let epoch = 0; epoch < epochs; epoch++) {
      const optimizer = optimizers[Math.floor((epoch * optimizers.length) / epochs)]
      const order = shuffled(windows.length, random)
      for (let from = 0; from < order.length; from += BATCH) {
        const batch = batchOf(windows, order.subarray(from, from + BATCH), shape, random)
        tf.tidy(() => optimizer?.applyGradients(gradients(layers, batch)))
      }
      onEpoch?.(epoch + 1)
      // Who wants to stop it must be heard.
      await turn()
      signal.throwIfAborted()
    }
    return layers.map(layerOf)
  } finally {
    for (const optimizer of optimizers) optimizer.dispose()
    tf.dispose(layers.flatMap(({ weights, biases }) => [weights, biases]))
  }
}

interface Variables {
  readonly weights: tf.Variable<tf.Rank.R2>
  readonly biases: tf.Variable<tf.Rank.R1>
}

function variablesOf({ inputs, outputs, weights, biases }: Layer): Variables {
  return tf.tidy(() => ({
    weights: tf.variable(tf.tensor2d(weights, [inputs, outputs])),
    biases: tf.variable(tf.tensor1d(biases)),
  }))
}

function layerOf({ weights, biases }: Variables): Layer {
  const [inputs, outputs] = weights.shape
  return {
    inputs,
    outputs,
    weights: Float32Array.from(weights.dataSync()),
    biases: Float32Array.from(biases.dataSync()),
  }
}

/** Rows of numbers, one below the other: what is given, what it truly was, and what of that is known. */
interface Batch {
  readonly rows: number
  readonly given: Float32Array
  readonly truth: Float32Array
  readonly known: Float32Array
}

function batchOf(
  windows: readonly Float32Array[],
  chosen: Uint32Array,
  shape: WindowShape,
  random: Random,
): Batch {
  const [length, cells] = [inputLength(shape), cellCount(shape)]
  const rows = chosen.length
  const given = new Float32Array(rows * length)
  const truth = new Float32Array(rows * cells)
  const known = new Float32Array(rows * cells)
  chosen.forEach((index, row) => {
    const window = windows[index] ?? new Float32Array(length)
    const other = windows[Math.floor(random() * windows.length)] ?? window
    truth.set(window.subarray(0, cells), row * cells)
    known.set(window.subarray(cells, 2 * cells), row * cells)
    const spoilt = window.slice()
    spoil(spoilt, other, { window: shape.window, properties: shape.properties.length }, random)
    given.set(spoilt, row * length)
  })
  return { rows, given, truth, known }
}

interface Gradient {
  readonly name: string
  readonly tensor: tf.Tensor
}

/** Of the mean squared error, by back-propagation: tfjs-core as Node loads it has the kernels, but not their gradients. */
function gradients(layers: readonly Variables[], { rows, given, truth, known }: Batch): Gradient[] {
  const inputs: tf.Tensor2D[] = [tf.tensor2d(given, [rows, given.length / rows])]
  let output = inputs[0] as tf.Tensor2D
  layers.forEach(({ weights, biases }, i) => {
    if (i > 0) inputs.push((output = tf.relu(output)))
    output = tf.add(tf.matMul(output, weights), biases)
  })
  const counts = tf.tensor2d(known, [rows, known.length / rows])
  const off = tf.mul(tf.sub(output, tf.tensor2d(truth, [rows, truth.length / rows])), counts)
  let slope = tf.div<tf.Tensor2D>(off, tf.maximum(tf.sum(counts), 1))
  const found: Gradient[] = []
  for (const [i, { weights, biases }] of [...layers.entries()].reverse()) {
    const input = inputs[i] as tf.Tensor2D
    found.unshift(
      { name: weights.name, tensor: tf.matMul(input, slope, true, false) },
      { name: biases.name, tensor: tf.sum(slope, 0) },
    )
    slope = tf.mul(tf.matMul(slope, weights, false, true), tf.step(input))
  }
  return found
}
