import type { SKRSContext2D } from '@napi-rs/canvas'
import type { Texture } from '../../engine/mesh.ts'
import { between, chance, pick, type Random, weighted } from '../../things/making/chance.ts'
import { fill, speckle } from './facade.ts'
import { drawnBy } from './painted.ts'

const [WIDTH, HEIGHT] = [160, 128]
const WORDS = [
  '欢迎光临',
  '营业中',
  '推',
  '拉',
  '特价',
  '新品上市',
  '外卖',
  '招聘',
  '旺铺转让',
  '扫码点单',
] as const
const FRAMES = ['#2b2d30', '#8a8d8f', '#5f4634', '#c9c9c4', '#3d4f3f', '#4b4f55'] as const

/** A shop from the pavement to its sign, 4 m wide. */
export function shopTexture(random: Random): Texture {
  return drawnBy(WIDTH, HEIGHT, (context) => {
    fill(context, pick(random, FRAMES), 0, 0, WIDTH, HEIGHT)
    speckle(context, random, 300)
    const kind = weighted(random, { shutter: 2, glass: 4, open: 3, shelves: 2 })
    if (kind === 'shutter') drawShutter(context, random)
    else if (kind === 'open') drawOpen(context, random)
    else for (const pane of panesOf(random)) drawPane(context, random, pane, kind === 'shelves')
    fill(context, '#00000066', 0, HEIGHT - 6, WIDTH, 6)
  })
}

interface Pane {
  readonly x: number
  readonly w: number
  readonly door: boolean
}

function panesOf(random: Random): readonly Pane[] {
  const doorAt = Math.floor(random() * 3)
  return [4, 56, 108].map((x, i) => ({ x, w: 48, door: i === doorAt }))
}

function drawShutter(context: SKRSContext2D, random: Random): void {
  fill(context, pick(random, ['#8f9598', '#77858f', '#a9a498', '#6e7f72']), 4, 4, WIDTH - 8, HEIGHT - 4)
  for (let y = 4; y < HEIGHT; y += 5) fill(context, '#0000002a', 4, y, WIDTH - 8, 2)
}

/** The whole front is rolled up: it is dark inside, goods stand at the walls and on a table. */
function drawOpen(context: SKRSContext2D, random: Random): void {
  const depth = context.createLinearGradient(0, 8, 0, HEIGHT)
  const lit = chance(random, 0.4)
  depth.addColorStop(0, lit ? '#7d7766' : '#17191b')
  depth.addColorStop(1, lit ? '#5a5548' : '#2a2b2a')
  context.fillStyle = depth
  context.fillRect(6, 8, WIDTH - 12, HEIGHT - 8)
  if (lit) fill(context, '#fff6dd', 40, 12, 80, 3)
  for (let y = 34; y < 84; y += 17) drawGoods(context, random, 10, y, 34, 0.5)
  for (let y = 34; y < 84; y += 17) drawGoods(context, random, WIDTH - 44, y, 34, 0.5)
  fill(context, '#4d3a2a', 48, 92, 64, 24)
  drawGoods(context, random, 48, 92, 64, 0.9)
}

function drawPane(context: SKRSContext2D, random: Random, { x, w, door }: Pane, shelves: boolean): void {
  fill(context, pick(random, ['#1f2427', '#2a2f33', '#3c3f3d']), x, 6, w, HEIGHT - 12)
  if (shelves && !door) for (let y = 26; y < 112; y += 19) drawGoods(context, random, x + 2, y, w - 4, 0.6)
  else if (chance(random, 0.6)) fill(context, 'rgba(225,205,160,0.16)', x + 4, 30, w - 8, 80)
  const shine = context.createLinearGradient(x, 0, x + w * 1.6, HEIGHT)
  shine.addColorStop(0, `rgba(195,208,218,${between(random, 0.3, 0.6)})`)
  shine.addColorStop(0.45, 'rgba(170,185,195,0.08)')
  shine.addColorStop(1, `rgba(190,205,215,${between(random, 0.15, 0.4)})`)
  context.fillStyle = shine
  context.fillRect(x, 6, w, HEIGHT - 12)
  if (door) fill(context, '#c9ccd0', x + w - 8, 56, 2, 22)
  if (chance(random, 0.5)) drawWords(context, random, x, w)
}

function drawWords(context: SKRSContext2D, random: Random, x: number, w: number): void {
  const paper = pick(random, ['#b3201e', '#e8e6de', '#d9b82f', '#2a5ca8', 'none'])
  const y = between(random, 40, 74)
  if (paper !== 'none') fill(context, paper, x + 5, y, w - 10, 15)
  context.fillStyle = paper === '#e8e6de' || paper === '#d9b82f' ? '#a01515' : '#f4f1e6'
  context.textAlign = 'center'
  context.textBaseline = 'middle'
  context.font = '11px "Noto Sans CJK SC", sans-serif'
  context.fillText(pick<string>(random, WORDS), x + w / 2, y + 8, w - 12)
}

/** A row that stands on y. */
function drawGoods(
  context: SKRSContext2D,
  random: Random,
  x: number,
  y: number,
  w: number,
  strength: number,
): void {
  fill(context, '#00000066', x, y, w, 2)
  for (let at = x; at < x + w - 2;) {
    const [wide, high] = [between(random, 2.5, 7), between(random, 4, 12)]
    const colour = `hsla(${random() * 360},${between(random, 10, 55)}%,${between(random, 25, 65)}%,${strength})`
    if (chance(random, 0.8)) fill(context, colour, at, y - high, Math.min(wide, x + w - at), high)
    at += wide + 0.6
  }
}
