import { readSeriesCsv } from '../../anomaly/series-csv.ts'
import { stepsOf } from '../../anomaly/series-steps.ts'
import { packageOf } from '../../package/package-kind.ts'
import { readPackage } from '../../package/read-package.ts'
import { scoresDocument, scoresText } from '../anomaly-text.ts'
import { badUse, modelCommand, only } from '../command.ts'

export const scoreSeries = modelCommand({
  help: `
ganzhi model score <package> --csv <file> [--json]
用时序异常模型给一段历史数据打分：0.5 为正常数据百分之一超出的界限，越接近 1 越异常；数据不足则无分
scores a device's series: 0.5 is what 1 of 100 normal windows exceeds, towards 1 it is ever stranger; too little good data has no score

  --csv series.csv       平台导出的数据 as the platform exports it: time,device,property,value,quality

例 example: ganzhi model score pump-1-anomaly/ --csv yesterday.csv
`,
  options: { csv: { type: 'string' } },
  async run({ csv, json }, { terminal, signal, positionals }) {
    const dir = only(positionals, '<package>')
    if (csv === undefined) throw badUse('缺少 --csv is missing')
    const { card, weights } = packageOf('anomaly', await readPackage(dir))
    const { device, stepSeconds, holdSeconds, window } = card
    const properties = card.properties.map(({ id }) => id)
    const { series } = await readSeriesCsv(csv, { device, properties, signal })
    const inOrder = properties.flatMap((id) => series.find(({ property }) => property === id) ?? [])
    const steps = stepsOf(inOrder, { stepMs: stepSeconds * 1_000, holdMs: holdSeconds * 1_000, window })
    const [{ openRestorer }, { scoreSteps }] = await Promise.all([
      import('../../anomaly/restorer.ts'),
      import('../../anomaly/score-steps.ts'),
    ])
    await using restorer = await openRestorer(weights, card)
    const scores = await scoreSteps(steps, card, restorer)
    terminal.out(json ? JSON.stringify(scoresDocument(scores, card)) : scoresText(scores, card))
    return 0
  },
})
