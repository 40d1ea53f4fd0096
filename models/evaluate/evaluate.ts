import { GanzhiError } from '@ganzhi/contracts/error'
import type { ModelCard } from '../card.ts'
import type { Detection } from '../detection.ts'
import type { Frame } from '../frame.ts'
import { readImageFile } from '../image-file.ts'
import type { Dataset } from './marked-picture.ts'
import { ScoreCard, type Scores } from './score-card.ts'

/** The part of a detector that is judged. */
export interface Judged {
  detect(frame: Frame, options: { readonly score: number }): Promise<readonly Detection[]>
}

export interface EvaluationOptions {
  readonly card: Pick<ModelCard, 'labels' | 'sceneLabels'>
  /** Precision and recall are told at this score. */
  readonly score: number
  readonly onPicture: (done: number, all: number) => void
  readonly signal: AbortSignal
}

export interface EvaluationScores extends Scores {
  readonly score: number
  readonly images: number
  /** Marked in the dataset, unknown to the model: not judged. */
  readonly notInModel: readonly string[]
  /** Found by the model, never marked in the dataset: not judged. */
  readonly notInDataset: readonly string[]
}

/** As far down as COCO's evaluations go: the end of the curve counts too. */
const LOWEST_SCORE = 0.001

export async function evaluate(
  detector: Judged,
  dataset: Dataset,
  { card, score, onPicture, signal }: EvaluationOptions,
): Promise<EvaluationScores> {
  const labelIn = datasetLabels(card, dataset)
  const judged = dataset.labels.filter((label) => [...labelIn.values()].includes(label))
  if (judged.length === 0) throw nothingInCommon(card, dataset)
  const scoreCard = new ScoreCard(judged)
  for (const [i, picture] of dataset.pictures.entries()) {
    signal.throwIfAborted()
    const frame = await readImageFile(picture.file)
    const truths = picture.truthsAt(frame)
    const found = await detector.detect(frame, { score: LOWEST_SCORE })
    scoreCard.add(
      found.flatMap((each) => {
        const label = labelIn.get(each.label)
        return label === undefined ? [] : [{ ...each, label }]
      }),
      truths,
    )
    onPicture(i + 1, dataset.pictures.length)
  }
  return {
    ...scoreCard.scores(score),
    score,
    images: dataset.pictures.length,
    notInModel: dataset.labels.filter((label) => !judged.includes(label)),
    notInDataset: card.labels.filter((label) => !labelIn.has(label)),
  }
}

/** The model's label → the dataset's: the same word, or what scenes call it. */
function datasetLabels(
  { labels, sceneLabels = {} }: EvaluationOptions['card'],
  dataset: Dataset,
): ReadonlyMap<string, string> {
  const known = new Set(dataset.labels)
  return new Map(
    labels.flatMap((label): [string, string][] => {
      const meant = [label, sceneLabels[label]].find((name) => name !== undefined && known.has(name))
      return meant === undefined ? [] : [[label, meant]]
    }),
  )
}

function nothingInCommon(card: EvaluationOptions['card'], dataset: Dataset): GanzhiError {
  const some = (labels: readonly string[]) => labels.slice(0, 8).join(', ') + (labels.length > 8 ? ' …' : '')
  return new GanzhiError(
    `模型与数据集没有共同的类别 model and dataset have no label in common: ${some(card.labels)}; ${some(dataset.labels)}`,
    {
      code: 'bad-dataset',
      blame: 'caller',
      field: 'labels',
      remedy: '在模型卡的 sceneLabels 里对应起来。 Map them in sceneLabels of the card.',
    },
  )
}
