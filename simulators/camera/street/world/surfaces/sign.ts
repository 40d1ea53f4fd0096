import type { Texture } from '../../engine/mesh.ts'
import { pick, type Random } from '../../things/making/chance.ts'
import { drawnBy } from './painted.ts'
import { fill, speckle } from './facade.ts'

type Paints = readonly [board: string, ink: string]

const PLACES = [
  '老街',
  '城南',
  '桥头',
  '东门',
  '永兴',
  '鑫源',
  '阿婆',
  '小林',
  '四季',
  '金桥',
  '福来',
  '江北',
  '好邻居',
  '平安',
  '聚香',
] as const
const TRADES = [
  '牛肉面馆',
  '便利店',
  '五金日杂',
  '水果',
  '药房',
  '理发店',
  '手机维修',
  '包子铺',
  '烟酒',
  '超市',
  '奶茶',
  '文具',
  '母婴用品',
  '快递驿站',
  '洗衣店',
  '火锅',
  '早餐',
  '电动车行',
  '烧烤',
  '服装',
  '眼镜',
  '房产中介',
  '宠物店',
  '茶叶',
  '棋牌室',
  '粮油',
] as const
const BOARDS: readonly [Paints, ...Paints[]] = [
  ['#b3201e', '#ffe680'],
  ['#f4f1e6', '#b3201e'],
  ['#1d5c3a', '#ffffff'],
  ['#1b3f8f', '#ffffff'],
  ['#e9c21c', '#a01515'],
  ['#26282b', '#f0e6c8'],
  ['#d8541e', '#ffffff'],
  ['#6a2c70', '#ffe9a8'],
  ['#ffffff', '#1b7a3d'],
  ['#4a3524', '#e8d6a8'],
]

/** What hangs over a shop's door, 4 m by 0.8 m. */
export function signTexture(random: Random): Texture {
  const [board, ink] = pick(random, BOARDS)
  const text = `${pick(random, PLACES)}${pick(random, TRADES)}`
  return drawnBy(240, 48, (context) => {
    fill(context, board, 0, 0, 240, 48)
    context.strokeStyle = ink
    context.globalAlpha = 0.5
    context.strokeRect(2.5, 2.5, 235, 43)
    context.globalAlpha = 1
    context.fillStyle = ink
    context.textAlign = 'center'
    context.textBaseline = 'middle'
    context.font = 'bold 30px "Noto Sans CJK SC", sans-serif'
    context.fillText(text, 120, 25, 220)
    speckle(context, random, 150)
  })
}

/** A light box that sticks out from a house, its words one above the other. */
export function lightBoxTexture(random: Random): Texture {
  const [board, ink] = pick(random, BOARDS)
  const words = [...pick<string>(random, TRADES)].slice(0, 4)
  return drawnBy(32, 96, (context) => {
    fill(context, board, 0, 0, 32, 96)
    context.fillStyle = ink
    context.textAlign = 'center'
    context.textBaseline = 'middle'
    context.font = 'bold 20px "Noto Sans CJK SC", sans-serif'
    words.forEach((word, i) => context.fillText(word, 16, (96 / words.length) * (i + 0.5)))
    speckle(context, random, 60)
  })
}
