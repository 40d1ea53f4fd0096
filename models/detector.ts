import type { ModelCard } from './card.ts'
import type { Detection } from './detection.ts'
import { fitFor, type Fit, type Pixels, type Region } from './fit.ts'
import type { Frame } from './frame.ts'
import type { Candidate, Decode } from './heads/head.ts'
import { headFamilies } from './heads/registry.ts'
import { badOutput, mismatch } from './model-error.ts'
import { withoutOverlaps } from './overlap.ts'
import { pictureInputOf, type PictureInput } from './picture-input.ts'
import type { Runtime } from './runtime.ts'
import { mustBeFinite, tryOut } from './trial.ts'
import type { SessionOptions } from './onnx-session.ts'
import { letGo } from './tensor.ts'
import type { WeightFiles } from './weight-files.ts'
import { openWeights } from './weights.ts'

/** The part of a card that a detector goes by. */
export type DetectorCard = Pick<ModelCard, 'head' | 'input' | 'labels' | 'thresholds'>

export interface DetectorOptions extends SessionOptions {
  /** An ONNX file, or the `model.json` of a TensorFlow.js graph model: its path, or what was read of it. */
  readonly weights: string | WeightFiles
  readonly card: DetectorCard
}

export interface DetectOptions {
  /** Least score of a detection; the card's unless told. */
  readonly score?: number
  /** The part of the frame to look at, in its pixels; all of it unless told. */
  readonly region?: Region
}

/** A loaded model that has shown what it is. */
export interface Detector extends AsyncDisposable {
  readonly card: DetectorCard
  /** Boxes are in pixels of the frame, whatever part of it was looked at; the best first. */
  detect(frame: Frame, options?: DetectOptions): Promise<Detection[]>
}

const SCORE = 0.25
const OVERLAP = 0.5

/** Loads a model and proves on a trial run that it is what its card says. */
export async function openDetector({ weights, card, ...options }: DetectorOptions): Promise<Detector> {
  await using stack = new AsyncDisposableStack()
  const { runtime } = await openWeights(weights, options)
  stack.use(runtime)
  const picture = pictureInputOf(runtime.inputs)
  mustTake(picture, card)
  const trial = await tryOut(runtime, picture, card.input)
  const [width, height] = card.input.size as [number, number]
  const decode = headFamilies[card.head].bind(trial, { width, height, labels: card.labels })
  const detector = new RunningDetector(card, runtime, picture, decode)
  detector.read(trial, 0.01)
  stack.move()
  return detector
}

function mustTake(picture: PictureInput, { input }: DetectorCard): void {
  const [width, height] = input.size as [number, number]
  if ((picture.width ?? width) === width && (picture.height ?? height) === height) return
  throw mismatch(
    'input.size',
    `the card says ${width} × ${height}, the model takes ${picture.width ?? 'any'} × ${picture.height ?? 'any'}`,
  )
}

interface FittedInput {
  readonly fit: Fit
  readonly pixels: Pixels
}

class RunningDetector implements Detector {
  readonly card: DetectorCard
  readonly #runtime: Runtime
  readonly #picture: PictureInput
  readonly #decode: Decode
  /** By shape of region: cameras that share a detector have few of them. */
  readonly #idle = new Map<string, FittedInput[]>()

  constructor(card: DetectorCard, runtime: Runtime, picture: PictureInput, decode: Decode) {
    this.card = card
    this.#runtime = runtime
    this.#picture = picture
    this.#decode = decode
  }

  async detect(frame: Frame, options: DetectOptions = {}): Promise<Detection[]> {
    const region = options.region ?? { x: 0, y: 0, width: frame.width, height: frame.height }
    const shape = `${region.width}x${region.height}`
    const input = this.#idle.get(shape)?.pop() ?? this.#newInput(region)
    input.fit.write(frame, region, input.pixels)
    const outputs = await this.#runtime
      .run(this.#picture.feeds(input.pixels, this.card.input.size))
      .catch((cause: unknown) => {
        throw badOutput(`an error: ${cause instanceof Error ? cause.message : String(cause)}`)
      })
    this.#giveBack(shape, input)
    mustBeFinite(outputs)
    const found = this.read(outputs, options.score ?? this.card.thresholds?.score ?? SCORE)
    letGo(outputs)
    return found.map(({ box, score, label }) => {
      const [x1, y1, x2, y2] = input.fit.toRegion(box)
      return {
        label: this.card.labels[label] as string,
        score,
        box: [x1 + region.x, y1 + region.y, x2 + region.x, y2 + region.y],
      }
    })
  }

  /** The boxes of one run, in pixels of the input. */
  read(outputs: Parameters<Decode>[0], floor: number): Candidate[] {
    const found = this.#decode(outputs, floor)
    for (const { box, label } of found) {
      if (!box.every(Number.isFinite)) throw badOutput('a box without numbers')
      if (this.card.labels[label] === undefined) {
        throw mismatch(
          'labels',
          `it found something of class ${label}, and the card has ${this.card.labels.length} labels`,
        )
      }
    }
    const { overlapping } = headFamilies[this.card.head]
    return overlapping
      ? withoutOverlaps(found, this.card.thresholds?.overlap ?? OVERLAP)
      : found.toSorted((a, b) => b.score - a.score)
  }

  #newInput(region: Region): FittedInput {
    const fit = fitFor(this.card.input, this.#picture.order, region)
    const pixels = this.#picture.newPixels(this.card.input.size)
    fit.fillPad(pixels)
    return { fit, pixels }
  }

  #giveBack(shape: string, input: FittedInput): void {
    const idle = this.#idle.get(shape) ?? []
    idle.push(input)
    this.#idle.set(shape, idle)
    if (this.#idle.size > MOST_SHAPES) this.#idle.delete(this.#idle.keys().next().value as string)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#runtime[Symbol.asyncDispose]()
  }
}

const MOST_SHAPES = 16
