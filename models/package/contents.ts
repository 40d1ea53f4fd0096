import { check } from '@ganzhi/contracts/schema'
import Type, { type Static } from 'typebox'
import type { ModelCard } from '../card.ts'
import { CARD, parseCard } from './card-file.ts'
import { type PackageFiles, sha256 } from './manifest.ts'
import { refusal } from './refusal.ts'

export const EVALUATION = 'evaluation.json'

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

export interface PackageContents {
  readonly card: ModelCard
  /** Of the file that the card names. */
  readonly weights: Uint8Array
  readonly evaluation?: Evaluation
}

/** The files as what they are for; each must be for something. */
export function contentsOf(files: PackageFiles): PackageContents {
  const card = parseCard(textOf(files, CARD))
  const weights = fileNamed(files, card.weights)
  const shards = shardNames(card, weights)
  for (const name of shards) fileNamed(files, name)
  const evaluation = files.has(EVALUATION) ? parseEvaluation(textOf(files, EVALUATION)) : undefined
  const used = [CARD, card.weights, ...shards, EVALUATION, ...PAPERS]
  const extra = [...files.keys()].find((name) => !used.includes(name))
  if (extra !== undefined) {
    throw refusal('package-extra-file', '不属于模型包 does not belong into a model package', {
      file: extra,
      remedy: `请移走。包内只有 Move it away. A package holds: ${used.join(', ')}`,
    })
  }
  if (evaluation && evaluation.weights !== sha256(weights)) {
    throw refusal('package-mismatch', '评测的是别的权重 is about other weights', {
      file: EVALUATION,
      field: 'weights',
      remedy: '请重新评测，或删去它。 Evaluate again, or delete it: ganzhi model evaluate … --save',
    })
  }
  return { card, weights, ...(evaluation && { evaluation }) }
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

function shardNames(card: ModelCard, weights: Uint8Array): string[] {
  if (!card.weights.endsWith('.json')) return []
  try {
    const graph = check(GraphModel, JSON.parse(Buffer.from(weights).toString('utf8')), card.weights)
    return graph.weightsManifest.flatMap(({ paths }) => paths)
  } catch (cause) {
    throw refusal('package-mismatch', '不是 TensorFlow.js 图模型 is no TensorFlow.js graph model', {
      file: card.weights,
      remedy: '用 tensorflowjs_converter 导出图模型。 Export it as a graph model by tensorflowjs_converter.',
      cause,
    })
  }
}

function parseEvaluation(text: string): Evaluation {
  try {
    return check(Evaluation, JSON.parse(text), EVALUATION)
  } catch (cause) {
    throw refusal('package-mismatch', '不是评测结果 is no evaluation', {
      file: EVALUATION,
      remedy: '请重新评测，或删去它。 Evaluate again, or delete it: ganzhi model evaluate … --save',
      cause,
    })
  }
}
