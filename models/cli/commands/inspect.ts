import { inspectModel } from '../../inspect/inspect-model.ts'
import { badUse, modelCommand, only } from '../command.ts'
import { cardYaml, inspectionDocument, inspectionText } from '../inspection-text.ts'

export const inspect = modelCommand({
  help: `
ganzhi model inspect <model.onnx> [--yaml | --json]
加载一次、试跑一次，认出检测头、输入与类别；认不出的写在 needs 里
loads it, runs it once, and tells head, input and classes; what only a person can know stands in needs

  --yaml      输出模型卡，补全标注处即可用 prints its card; fill in what is marked, and use it

例 examples:
  ganzhi model inspect best.onnx
  ganzhi model inspect best.onnx --yaml > card.yaml
`,
  options: { yaml: { type: 'boolean' } },
  async run({ yaml, json }, { terminal, positionals }) {
    const file = only(positionals, '<model.onnx>')
    if (yaml && json) throw badUse('--yaml 与 and --json: 二选一 one of them')
    const inspection = await inspectModel(file)
    if (yaml) terminal.out(cardYaml(file, inspection).trimEnd())
    else if (json) terminal.out(JSON.stringify(inspectionDocument(inspection)))
    else terminal.out(inspectionText(file, inspection))
    return 0
  },
})
