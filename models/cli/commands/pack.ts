import { pack } from '../../package/pack.ts'
import { prove } from '../../package/prove.ts'
import { readLoose } from '../../package/read-package.ts'
import { modelCommand, only } from '../command.ts'
import { ALL_THREADS } from '../open-model.ts'
import { packageDocument, packageText } from '../package-text.ts'

export const packModel = modelCommand({
  help: `
ganzhi model pack <folder> [--json]
检查文件夹里的模型卡与权重，写出 manifest.json：每个文件的大小与 sha256
checks card and weights in the folder, and writes manifest.json: the size and sha256 of each file

  card.yaml            模型卡 the card; 写法 how to write one: docs/models.md
  model.onnx           卡上写的权重 the weights that the card names
  evaluation.json      可选：评测结果 optional: from ganzhi model evaluate … --save
  README.md LICENSE NOTICE    可选 optional

例 example: ganzhi model pack garbage/
`,
  options: {},
  async run({ json }, { terminal, positionals }) {
    const dir = only(positionals, '<folder>')
    await prove(await readLoose(dir), { threads: ALL_THREADS })
    const model = await pack(dir)
    terminal.out(json ? JSON.stringify(packageDocument(model)) : packageText(model))
    return 0
  },
})
