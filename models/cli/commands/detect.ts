import { isGanzhiError } from '@ganzhi/contracts/error'
import { writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Detector } from '../../detector.ts'
import { readImageFile } from '../../image-file.ts'
import { detectTiled } from '../../tiles.ts'
import { badUse, modelCommand, shareIn } from '../command.ts'
import { cocoDocument } from '../detection-coco.ts'
import { detectionsDocument, detectionsText, type Looked } from '../detection-text.ts'
import { openModel } from '../open-model.ts'
import { scoreOf, targetModel } from '../target-model.ts'

export const detect = modelCommand({
  help: `
ganzhi model detect <package|model.onnx> <image…> [--score 0.25] [--tiles 2x2] [--card card.yaml] [--coco marks.json] [--json]
看图片里有什么：类别、分数、像素框 x1 y1 x2 y2
what is seen in pictures: label, score, and the box x1 y1 x2 y2 in pixels

  --score 0.25         低于此分数的不要 leave out what scores less; 默认取自模型卡 else the card's
  --tiles 2x2          全图之外再分块细看：远处、拥挤的人多找出一倍 looks at the parts too: finds twice as many far or in a crowd
  --card card.yaml     单个权重文件的模型卡 the card of a single file, for what it does not tell of itself
  --coco marks.json    另存为 COCO 标注：供人修改，或用另一模型评测 writes COCO marks too, for people to correct or to evaluate another model on

例 examples:
  ganzhi model detect yolov8n.onnx street.jpg
  ganzhi model detect garbage/ *.jpg --tiles 2x2 --json
`,
  options: {
    score: { type: 'string' },
    tiles: { type: 'string' },
    card: { type: 'string' },
    coco: { type: 'string' },
  },
  async run(values, { terminal, signal, positionals }) {
    const [path, ...files] = positionals
    if (path === undefined || files.length === 0) {
      throw badUse('应给出 must be given: <package|model.onnx> <image…>')
    }
    const tiles = values.tiles === undefined ? undefined : tilesIn(values.tiles)
    const asked = values.score === undefined ? undefined : shareIn(values.score, 'score')
    const target = await targetModel(path, values.card)
    const score = asked ?? scoreOf(target.card)
    await using detector = await openModel(target)
    const images: Looked[] = []
    for (const file of files) {
      signal.throwIfAborted()
      images.push(await look(detector, file, score, tiles))
    }
    if (values.coco !== undefined) {
      const marks = cocoDocument(images, target.card.labels, dirname(values.coco))
      await writeFile(values.coco, `${JSON.stringify(marks)}\n`)
    }
    terminal.out(values.json ? JSON.stringify(detectionsDocument(images)) : detectionsText(images))
    return images.some(({ error }) => error) ? 1 : 0
  },
})

interface Tiles {
  readonly columns: number
  readonly rows: number
}

/** A picture that can't be read takes nothing from the others. */
async function look(detector: Detector, file: string, score: number, tiles?: Tiles): Promise<Looked> {
  const frame = await readImageFile(file).catch((error: unknown) => {
    if (isGanzhiError(error)) return error
    throw error
  })
  if (isGanzhiError(frame)) return { file, detections: [], error: frame }
  const detections = tiles
    ? await detectTiled(detector, frame, { ...tiles, score })
    : await detector.detect(frame, { score })
  return { file, size: frame, detections }
}

function tilesIn(text: string): Tiles {
  const [, columns, rows] = /^([1-8])x([1-8])$/.exec(text) ?? []
  if (columns !== undefined && rows !== undefined) return { columns: Number(columns), rows: Number(rows) }
  throw badUse(`--tiles 应如 must be like 2x2, up to 8x8; 得到 found ${text}`)
}
