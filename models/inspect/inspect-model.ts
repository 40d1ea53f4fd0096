import { GanzhiError } from '@ganzhi/contracts/error'
import type { Head, ModelInput } from '../card.ts'
import type { DetectorCard } from '../detector.ts'
import { coco80, coco91 } from '../labels/coco.ts'
import { refused } from '../model-error.ts'
import type { OnnxFile } from '../onnx-file.ts'
import { pictureInputOf, type PictureInput } from '../picture-input.ts'
import { shapeText, type Tensor } from '../tensor.ts'
import { tryOut } from '../trial.ts'
import { filesAt, type WeightFiles } from '../weight-files.ts'
import { openWeights } from '../weights.ts'
import { findHead, type FoundHead } from './find-head.ts'
import { readMetadata, type ModelMetadata } from './metadata.ts'
import { inputOfBytes, usualInputs } from './usual-input.ts'

/** What a model shows of itself, and what it must be told. */
export interface Inspection {
  readonly head?: Head
  readonly input: Partial<ModelInput>
  /** How many; undefined where the model gives only numbers of classes. */
  readonly classes?: number
  /** Placeholders (`class-0`) where `needs` has `labels`. */
  readonly labels?: string[]
  readonly precision: OnnxFile['precision']
  /** Fields of the card that only a person can fill in: `labels`, `input.size`. */
  readonly needs: string[]
  /** How it was found, for people. */
  readonly notes: string[]
}

/** What is known of a model from elsewhere; goes before what is found. */
export interface Told {
  readonly head?: Head
  readonly input?: Partial<ModelInput>
  readonly labels?: string[]
}

/** Most exports that take any size were made for this one. */
const USUAL_SIDE = 640

/** Reads the file, runs it once on a made-up picture, and says what kind of detector it is. */
export async function inspectModel(from: string | WeightFiles, told: Told = {}): Promise<Inspection> {
  const files = typeof from === 'string' ? filesAt(from) : from
  const weights = await openWeights(files, { threads: 1 })
  await using runtime = weights.runtime
  const metadata = readMetadata(weights.file?.metadata ?? {})
  mustDetect(metadata)
  const picture = pictureInputOf(runtime.inputs)
  const size = inputSizeOf(picture, metadata, told)
  const trialSize = size ?? [picture.width ?? USUAL_SIDE, picture.height ?? USUAL_SIDE]
  const outputs = await tryOut(runtime, picture, {
    size: trialSize,
    color: 'rgb',
    scale: picture.type === 'uint8' ? 1 : 1 / 255,
    fit: 'stretch',
  })
  const found = told.head
    ? { head: told.head, because: 'it was told' }
    : findHead({
        outputs,
        inputs: runtime.inputs.map(({ name }) => name),
        width: trialSize[0],
        height: trialSize[1],
        metadata,
      })
  const labelling = labelsOf(files.name, found, metadata, told)
  return {
    ...(found && { head: found.head }),
    input: { ...(size && { size }), ...usualFor(found, picture), ...told.input },
    ...(labelling.labels && { classes: labelling.labels.length, labels: labelling.labels }),
    precision: weights.file?.precision ?? 'fp32',
    needs: needsOf(found, size, labelling.needed, picture, told),
    notes: [noteOf(found, outputs), ...labelling.notes],
  }
}

/** The card of a model that tells enough of itself; what it calls its classes may be placeholders. */
export function cardOf({ head, input, labels, needs }: Inspection): DetectorCard {
  const { size, color, scale, fit } = input
  if (
    head === undefined ||
    size === undefined ||
    color === undefined ||
    scale === undefined ||
    fit === undefined
  ) {
    throw new GanzhiError(`the model does not tell its ${needs.join(', ')}`, {
      code: 'model-needs',
      blame: 'caller',
      field: needs[0] ?? 'head',
      remedy: 'Write a card for it that says so.',
    })
  }
  return { head, input: { ...input, size, color, scale, fit }, labels: labels ?? placeholders(MOST_CLASSES) }
}

/** Where a model gives only numbers of classes: none that is published has more. */
const MOST_CLASSES = 1_000

function placeholders(many: number): string[] {
  return Array.from({ length: many }, (_, i) => `class-${i}`)
}

function mustDetect({ task }: ModelMetadata): void {
  if (task === undefined || task === 'detect') return
  throw refused(`it is made to ${task}, not to detect`, 'Use a detection model.')
}

function inputSizeOf(
  picture: PictureInput,
  metadata: ModelMetadata,
  told: Told,
): [number, number] | undefined {
  if (picture.width !== undefined && picture.height !== undefined) return [picture.width, picture.height]
  return (told.input?.size as [number, number] | undefined) ?? metadata.size
}

function usualFor(found: FoundHead | undefined, { type }: PictureInput): Partial<ModelInput> {
  if (!found) return {}
  const usual = usualInputs[found.head]
  return type === 'uint8' ? inputOfBytes(usual) : usual
}

interface Labelling {
  readonly labels?: string[]
  readonly needed: boolean
  readonly notes: string[]
}

function labelsOf(
  fileName: string,
  found: FoundHead | undefined,
  metadata: ModelMetadata,
  told: Told,
): Labelling {
  if (told.labels) return { labels: told.labels, needed: false, notes: [] }
  if (metadata.labels) return { labels: metadata.labels, needed: false, notes: ['labels: from its metadata'] }
  const classes = found?.classes
  if (classes === 80)
    return { labels: coco80, needed: false, notes: ['labels: 80 classes, taken for those of COCO'] }
  if (classes === 91)
    return { labels: coco91, needed: false, notes: ['labels: 91 classes, taken for the ids of COCO'] }
  const inName = coco80.find((label) =>
    fileName
      .toLowerCase()
      .split(/[^a-z]+/)
      .includes(label),
  )
  if (classes === 1 && inName !== undefined) {
    return {
      labels: [inName],
      needed: false,
      notes: ['labels: its one class, taken from the name of the file'],
    }
  }
  const notes = [`labels: it names none${classes === undefined ? '' : ` of its ${classes}`}`]
  return { ...(classes !== undefined && { labels: placeholders(classes) }), needed: true, notes }
}

function needsOf(
  found: FoundHead | undefined,
  size: readonly number[] | undefined,
  labelsNeeded: boolean,
  picture: PictureInput,
  told: Told,
): string[] {
  // SSDs that take floats were trained with several ranges, and none shows in the graph.
  const rangeUnknown = found?.head === 'ssd' && picture.type !== 'uint8' && told.input?.scale === undefined
  return [
    ...(found ? [] : ['head']),
    ...(size ? [] : ['input.size']),
    ...(rangeUnknown ? ['input.scale'] : []),
    ...(labelsNeeded ? ['labels'] : []),
  ]
}

function noteOf(found: FoundHead | undefined, outputs: readonly Tensor[]): string {
  if (found) return `head: ${found.because}`
  const given = outputs.map(({ name, dims }) => `${name} ${shapeText(dims)}`).join(', ')
  return `head: none that is known gives ${given}`
}
