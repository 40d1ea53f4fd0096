import { mkdir, readdir } from 'node:fs/promises'
import { readSeriesCsv } from '../../anomaly/series-csv.ts'
import { planTraining } from '../../anomaly/training-plan.ts'
import { pack } from '../../package/pack.ts'
import { planText, trainedDocument, trainedText } from '../anomaly-text.ts'
import { badUse, modelCommand, numberIn } from '../command.ts'

const STEP_SECONDS = 900
const WINDOW = 24
const EPOCHS = 40

export const trainAnomalyModel = modelCommand({
  help: `
ganzhi model train-anomaly --csv <file> --out <folder> [--device <id>] [--properties a,b] [--json]
用设备自己的历史数据训练时序异常模型：卡死、跳变、漂移、日变化不对、两个属性不相配
trains a model of a device's own series: stuck values, spikes, drifts, a broken daily pattern, properties that do not fit together

  --csv series.csv       平台导出的数据 as the platform exports it: time,device,property,value,quality
                         ganzhi export --device pump-1 --from 30d --out series.csv
  --out <folder>         新的模型包 the new package; 文件夹须为空 the folder must be empty or absent
  --device <id>          文件里不止一个设备时 where the file holds more than one
  --properties a,b       默认为所有会变化的数值属性，累计值除外 else all numbers that change, but no counters
  --step 900             每步秒数 seconds a step
  --window 24            每次看多少步 steps that are looked at together
  --epochs ${EPOCHS}            训练轮数 rounds over the data
  --seed 1               同样的种子得到同样的权重 the same seed gives the same weights

至少要 10 天完好的数据，最好 30 天；按时间分成 60% 训练、20% 定限、20% 评测。
At least 10 days of good data, better 30: by time 60 % to train, 20 % for limits, 20 % to judge it.

例 example:
  ganzhi model train-anomaly --csv series.csv --device pump-1 --properties pressure,flow --out pump-1-anomaly
`,
  options: {
    csv: { type: 'string' },
    out: { type: 'string' },
    device: { type: 'string' },
    properties: { type: 'string' },
    step: { type: 'string' },
    window: { type: 'string' },
    epochs: { type: 'string' },
    seed: { type: 'string' },
  },
  async run(values, { terminal, signal, positionals }) {
    const { csv, out, device, properties, json } = values
    if (positionals.length > 0) throw badUse(`多余的参数 unexpected ${positionals.join(' ')}`)
    if (csv === undefined) throw badUse('缺少 --csv is missing')
    if (out === undefined) throw badUse('缺少 --out is missing')
    const stepSeconds = numberIn(values.step, 'step', { from: 10, to: 21_600, else: STEP_SECONDS })
    const window = numberIn(values.window, 'window', { from: 8, to: 288, else: WINDOW })
    const epochs = numberIn(values.epochs, 'epochs', { from: 1, to: 10_000, else: EPOCHS })
    const seed = numberIn(values.seed, 'seed', { from: 0, to: 4_294_967_295, else: 1 })
    await refuseUsed(out)
    const series = await readSeriesCsv(csv, { device, properties: properties?.split(','), signal })
    const plan = planTraining(series, { stepSeconds, window, named: properties !== undefined })
    terminal.err(planText(plan, { epochs, seed }))
    await mkdir(out, { recursive: true })
    const began = performance.now()
    // Loaded when it is needed: who asks for help waits for no TensorFlow.
    const { trainAnomaly } = await import('../../anomaly/train-anomaly.ts')
    const trained = await trainAnomaly(plan, {
      dir: out,
      seed,
      epochs,
      signal,
      onEpoch(done) {
        if (done % Math.ceil(epochs / 10) !== 0 && done !== epochs) return
        const left = ((performance.now() - began) / done) * (epochs - done)
        terminal.err(`${done}/${epochs} 轮 rounds, 还要 still ${Math.ceil(left / 1_000)} s`)
      },
    })
    const { digest } = await pack(out)
    terminal.out(json ? JSON.stringify(trainedDocument(trained, digest)) : trainedText(trained, out))
    return 0
  },
})

async function refuseUsed(out: string): Promise<void> {
  const found = await readdir(out).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw badUse(`--out ${out} 用不了 can not be used: ${error.message}`)
  })
  if (found.length > 0) throw badUse(`--out ${out} 不是空文件夹 is no empty folder`)
}
