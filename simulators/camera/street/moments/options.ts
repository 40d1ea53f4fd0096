import { check } from '@ganzhi/contracts/schema'
import Type from 'typebox'
import { sizeIn } from '../../options.ts'

export const STREET_HELP = `ganzhi-sim street: pictures of streets with boxes around what is in them, to train and to try detectors on
街景图片与标注框：用于训练和检验检测模型

  --pictures N      so many, each of another street, camera, weather       图片数量                (10)
  --first I         begin with picture I, to share the work                起始序号，便于分工      (0)
  --seed S          same seed, same pictures                               种子相同则图片相同      (1)
  --size WxH        of each picture                                        图片尺寸                (640x360)
  --out DIR         JPEGs and annotations.json (COCO) go there             输出目录                (streets)
  --help            this text                                              本说明

What is hardly seen has iscrowd 1: a detector may find it or not. 难以看清的目标标为 iscrowd 1，可检可不检。
`

export const STREET_OPTIONS = {
  pictures: { type: 'string', default: '10' },
  first: { type: 'string', default: '0' },
  seed: { type: 'string', default: '1' },
  size: { type: 'string', default: '640x360' },
  out: { type: 'string', default: 'streets' },
  help: { type: 'boolean' },
} as const

const Numbers = Type.Object({
  pictures: Type.Integer({ minimum: 1 }),
  first: Type.Integer({ minimum: 0 }),
  seed: Type.Integer(),
})

export function checkedStreetOptions(values: Record<'pictures' | 'first' | 'seed' | 'size', string>) {
  const { pictures, first, seed } = values
  const numbers = { pictures: Number(pictures), first: Number(first), seed: Number(seed) }
  return { ...check(Numbers, numbers, 'options'), size: sizeIn('size', values.size) }
}
