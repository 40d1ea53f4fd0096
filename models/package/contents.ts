import { check } from '@ganzhi/contracts/schema'
import Type, { type Static, type TSchema } from 'typebox'
import { AnomalyEvaluation } from '../anomaly/anomaly-evaluation.ts'
import { type Card, CARD, parseAnyCard } from './card-file.ts'
import { type PackageFiles, sha256 } from './manifest.ts'
import { refusal } from './refusal.ts'

export const EVALUATION = 'evaluation.json'

const EVALUATE_AGAIN =
  '请重新评测（异常模型：重新训练），或删去它。 Evaluate again (an anomaly model: train again), or delete it.'

/** What may be beside card, weights and evaluation. */
const PAPERS = ['README.md', 'LICENSE', 'NOTICE']

const Share = Type.Number({ minimum: 0, maximum: 1 })
const ShareOrNone = Type.Union([Share, Type.Null()])
/** `ganzhi model evaluate --json`, kept with the weights that it is about. */
export const Evaluation = Type.Object({
  map50: Share,
  map: Share,
  perClass: Type.Array(
    Type.Object({
      label: Type.String(),
      ap50: ShareOrNone,
      ap: ShareOrNone,
      precision: ShareOrNone,
      recall: ShareOrNone,
      truths: Type.Integer({ minimum: 0 }),
    }),
  ),
  /** Precision and recall are at this score. */
  score: Share,
  images: Type.Integer({ minimum: 1 }),
  /** sha256 of the weights that were evaluated. */
  weights: Type.String({ pattern: '^[0-9a-f]{64}$' }),
})
export type Evaluation = Static<typeof Evaluation>

/** Either kind's. */
type Judged<C> = C extends { readonly kind: 'detector' }
  ? C & { readonly evaluation?: Evaluation }
  : C & { readonly evaluation?: AnomalyEvaluation }

/** What a package says of a model. */
export type JudgedCard = Judged<Card>

export type PackageContents = JudgedCard & {
  /** Of the file that the card names. */
  readonly weights: Uint8Array
  /** What an evaluation is about. */
  readonly weightsDigest: string
}

/** The files as what they are for; each must be for something. */
export function contentsOf(files: PackageFiles): PackageContents {
  const parsed = parseAnyCard(textOf(files, CARD))
  const { card } = parsed
  const weights = fileNamed(files, card.weights)
  const shards = shardNames(card.weights, weights)
  const weightsDigest = digestOfWeights([weights, ...shards.map((name) => fileNamed(files, name))])
  const judged = judgedBy(files, parsed)
  const used = [CARD, card.weights, ...shards, EVALUATION, ...PAPERS]
  const extra = [...files.keys()].find((name) => !used.includes(name))
  if (extra !== undefined) {
    throw refusal('package-extra-file', '不属于模型包 does not belong into a model package', {
      file: extra,
      remedy: `请移走。包内只有 Move it away. A package holds: ${used.join(', ')}`,
    })
  }
  if (judged.evaluation && judged.evaluation.weights !== weightsDigest) {
    throw refusal('package-mismatch', '评测的是别的权重 is about other weights', {
      file: EVALUATION,
      field: 'weights',
      remedy: EVALUATE_AGAIN,
    })
  }
  return { ...judged, weights, weightsDigest }
}

/** sha256 of the file that the card names and of those that this file names, one behind the other. */
export function digestOfWeights(files: readonly Uint8Array[]): string {
  return sha256(Buffer.concat(files))
}

function judgedBy(files: PackageFiles, parsed: Card): JudgedCard {
  if (!files.has(EVALUATION)) return parsed
  const text = textOf(files, EVALUATION)
  return parsed.kind === 'detector'
    ? { ...parsed, evaluation: parseEvaluation(Evaluation, text) }
    : { ...parsed, evaluation: parseEvaluation(AnomalyEvaluation, text) }
}

function fileNamed(files: PackageFiles, name: string): Uint8Array {
  const file = files.get(name)
  if (file !== undefined) return file
  throw refusal('package-missing-file', '缺少 is missing', {
    file: name,
    remedy: '请补上，或改正模型卡。 Put it there, or correct the card.',
  })
}

function textOf(files: PackageFiles, name: string): string {
  return Buffer.from(fileNamed(files, name)).toString('utf8')
}

const GraphModel = Type.Object({
  weightsManifest: Type.Array(Type.Object({ paths: Type.Array(Type.String()) })),
})

function shardNames(name: string, weights: Uint8Array): string[] {
  if (!name.endsWith('.json')) return []
  try {
    const graph = check(GraphModel, JSON.parse(Buffer.from(weights).toString('utf8')), name)
    return graph.weightsManifest.flatMap(({ paths }) => paths)
  } catch (cause) {
    throw refusal('package-mismatch', '不是 TensorFlow.js 图模型 is no TensorFlow.js graph model', {
      file: name,
      remedy: '用 tensorflowjs_converter 导出图模型。 Export it as a graph model by tensorflowjs_converter.',
      cause,
    })
  }
}

function parseEvaluation<T extends TSchema>(schema: T, text: string): Static<T> {
  try {
    return check(schema, JSON.parse(text), EVALUATION)
  } catch (cause) {
    throw refusal('package-mismatch', '不是评测结果 is no evaluation', {
      file: EVALUATION,
      remedy: EVALUATE_AGAIN,
      cause,
    })
  }
}
