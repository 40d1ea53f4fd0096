import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readDataset } from '../../evaluate/dataset.ts'
import { evaluate } from '../../evaluate/evaluate.ts'
import { EVALUATION, type Evaluation } from '../../package/contents.ts'
import { badUse, modelCommand, shareIn } from '../command.ts'
import { evaluationDocument, evaluationText } from '../evaluation-text.ts'
import { openModel } from '../open-model.ts'
import { scoreOf, targetModel } from '../target-model.ts'

export const evaluateModel = modelCommand({
  help: `
ganzhi model evaluate <package|model.onnx> <dataset> [--score 0.25] [--save] [--json]
在标注过的图片上评测：mAP50、mAP（COCO 的 0.5–0.95 与 101 点）、每类的查准率与查全率
how well a model does on marked pictures: mAP50, mAP (COCO's 0.5–0.95, 101 points), precision and recall of each class

  <dataset>                COCO JSON，或 YOLO 的 data.yaml 及其文件夹 COCO JSON, or YOLO's data.yaml or its folder
  --images <folder>        COCO 的图片在别处时 where the pictures of a COCO JSON lie, if not beside it
  --split val              YOLO 的哪一部分 which part of a YOLO dataset: train, val, test
  --score 0.25             查准率、查全率所用的分数 precision and recall are told at this score; 默认取自模型卡 else the card's
  --card card.yaml         单个权重文件的模型卡 the card of a single file
  --save                   存为包内的 evaluation.json，打包时一并收入 keeps it in the package as evaluation.json, for pack

例 example: ganzhi model evaluate garbage/ ~/datasets/garbage/data.yaml --save
`,
  options: {
    images: { type: 'string' },
    split: { type: 'string' },
    score: { type: 'string' },
    card: { type: 'string' },
    save: { type: 'boolean' },
  },
  async run(values, { terminal, signal, positionals }) {
    const [path, place, ...more] = positionals
    if (path === undefined || place === undefined || more.length > 0) {
      throw badUse('应给出 must be given: <package|model.onnx> <dataset>')
    }
    const asked = values.score === undefined ? undefined : shareIn(values.score, 'score')
    const dataset = await readDataset({ path: place, pictures: values.images, split: values.split })
    const target = await targetModel(path, values.card)
    if (values.save && target.package === undefined) throw badUse('--save 只用于模型包 is for a package')
    const score = asked ?? scoreOf(target.card)
    await using detector = await openModel(target)
    let told = 0
    const scores = await evaluate(detector, dataset, {
      card: target.card,
      score,
      signal,
      onPicture(done, all) {
        const tenth = Math.floor((done * 10) / all)
        if (tenth > told) terminal.err(`${done}/${all} 张图片 pictures`)
        told = tenth
      },
    })
    const document = evaluationDocument(scores)
    if (target.package !== undefined && values.save) {
      const { map50, map, perClass, images } = document
      const { dir, weightsDigest: weights } = target.package
      const evaluation: Evaluation = { map50, map, perClass: [...perClass], score, images, weights }
      await writeFile(join(dir, EVALUATION), `${JSON.stringify(evaluation, undefined, 2)}\n`)
    }
    terminal.out(values.json ? JSON.stringify(document) : evaluationText(document))
    return 0
  },
})
