import type { AnomalyCard } from '../anomaly/anomaly-card.ts'
import type { Score } from '../anomaly/score-steps.ts'
import type { Trained } from '../anomaly/train-anomaly.ts'
import type { TrainingPlan } from '../anomaly/training-plan.ts'
import { textTable } from './text-table.ts'

export function planText(plan: TrainingPlan, { epochs, seed }: { epochs: number; seed: number }): string {
  const { device, properties, leftOut, stepSeconds, window, parts } = plan
  const rows = [
    ['训练 train', parts.train],
    ['定限 limits', parts.calibrate],
    ['评测 judge', parts.judge],
  ] as const
  return [
    `${device}: ${properties.map(({ id }) => id).join(', ')}`,
    ...leftOut.map(({ property, reason }) => `  不用 left out: ${property} ${reason}`),
    `每步 a step ${stepSeconds} s, 每窗 a window ${window} 步 steps, ${epochs} 轮 rounds, 种子 seed ${seed}`,
    ...rows.map(([name, { steps, windows }]) => {
      const [from, to] = [steps.at(0), steps.at(-1)].map((step) =>
        new Date(step?.at ?? 0).toISOString().slice(0, 16),
      )
      return `  ${name}: ${from}Z – ${to}Z, ${windows} 个窗口 windows`
    }),
  ].join('\n')
}

export function trainedDocument(
  { card, evaluation }: Trained,
  digest: string,
): Readonly<Record<string, unknown>> {
  const { falseAlarmsPerDay, precision, recall, planted } = evaluation
  return { id: card.id, version: card.version, digest, falseAlarmsPerDay, precision, recall, planted }
}

export function trainedText({ card, evaluation }: Trained, dir: string): string {
  const { falseAlarmsPerDay, precision, recall, planted } = evaluation
  const rows = planted.map((each) => [
    each.kind,
    String(each.planted),
    each.recall.toFixed(2),
    each.medianDelaySeconds === null ? '–' : `${Math.round(each.medianDelaySeconds / 60)} min`,
    each.what,
  ])
  return [
    `${card.id} → ${dir}`,
    `误报 false alarms a day ${falseAlarmsPerDay}, 查准率 precision ${precision ?? '–'}, 查全率 recall ${recall}`,
    textTable(['植入的异常 planted', '个数 number', '查全率 recall', '发现用时 delay', '做法 what'], rows),
    `改 card.yaml 里的 id、licence 后再打包签名 set id and licence in card.yaml, then: ganzhi model pack ${dir} && ganzhi model sign ${dir} --key …`,
  ].join('\n')
}

export function scoresDocument(
  scores: readonly Score[],
  card: AnomalyCard,
): Readonly<Record<string, unknown>> {
  return {
    device: card.device,
    alarm: card.alarm,
    scores: scores.map(({ at, score, property, sign }) => ({
      at: new Date(at).toISOString(),
      score: score === null ? null : Math.round(score * 1_000) / 1_000,
      quality: score === null ? 'uncertain' : 'good',
      ...(property !== undefined && { property, sign }),
    })),
  }
}

const SIGN_NAMES = {
  jump: '突跳 jump',
  now: '偏离 off',
  lately: '持续偏离 lasting',
  still: '不变 stuck',
} as const

export function scoresText(scores: readonly Score[], { device, alarm }: AnomalyCard): string {
  const scored = scores.filter(({ score }) => score !== null)
  const alarms = scored.filter(({ score }) => (score ?? 0) >= alarm)
  const rows = alarms.map(({ at, score, property, sign }) => [
    new Date(at).toISOString(),
    (score ?? 0).toFixed(3),
    property ?? '',
    sign ? SIGN_NAMES[sign] : '',
  ])
  return [
    `${device}: ${scores.length} 步 steps, ${scored.length} 有分 with a score, ${alarms.length} 异常 anomalous (≥ ${alarm})`,
    ...(rows.length > 0 ? [textTable(['时间 time', '分数 score', '属性 property', '现象 sign'], rows)] : []),
  ].join('\n')
}
