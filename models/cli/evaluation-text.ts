import type { EvaluationScores } from '../evaluate/evaluate.ts'
import { textTable } from './text-table.ts'

/** Four digits: more are noise of the dataset. */
export function evaluationDocument(scores: EvaluationScores): EvaluationScores {
  return {
    ...scores,
    map50: rounded(scores.map50),
    map: rounded(scores.map),
    perClass: scores.perClass.map(({ label, ap50, ap, precision, recall, truths }) => ({
      label,
      ap50: rounded(ap50),
      ap: rounded(ap),
      precision: rounded(precision),
      recall: rounded(recall),
      truths,
    })),
  }
}

function rounded<N extends number | null>(number: N): N {
  return (number === null ? null : Math.round(number * 10_000) / 10_000) as N
}

export function evaluationText({
  map50,
  map,
  perClass,
  score,
  images,
  notInModel,
  notInDataset,
}: EvaluationScores): string {
  const rows = perClass.map(({ label, truths, ap50, ap, precision, recall }) => [
    label,
    String(truths),
    ...[ap50, ap, precision, recall].map((share) => share?.toFixed(3) ?? '–'),
  ])
  return [
    `mAP50 ${map50.toFixed(3)}   mAP ${map.toFixed(3)}   ${images} 张图片 pictures`,
    textTable(['类别 label', '标注 truths', 'AP50', 'AP', '查准率 precision', '查全率 recall'], rows),
    `查准率与查全率取自分数 precision and recall are at score ${score}`,
    ...skipped('模型没有的类别，未评测 labels the model has not, not judged', notInModel),
    ...skipped('数据集没有的类别，未评测 labels the dataset has not, not judged', notInDataset),
  ].join('\n')
}

function skipped(what: string, labels: readonly string[]): string[] {
  if (labels.length === 0) return []
  return [`${what}: ${labels.slice(0, 12).join(', ')}${labels.length > 12 ? ` … (${labels.length})` : ''}`]
}
