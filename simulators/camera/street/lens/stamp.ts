import { createCanvas } from '@napi-rs/canvas'
import type { Size } from '../engine/buffers.ts'
import { between, chance, pick, type Random } from '../things/making/chance.ts'

const DAYS = ['日', '一', '二', '三', '四', '五', '六'] as const
const NAMES = [
  'Camera 01',
  '监控点3',
  '东门路口',
  'IPC',
  '人民路12号',
  'CH02',
  '球机07',
  '市场南门',
  '通道1',
] as const

/** What recorders write into a picture: date and time at the top, the camera's name at the bottom. */
export function stampOn(rgb: Uint8ClampedArray, { width, height }: Size, random: Random): void {
  const canvas = createCanvas(width, height)
  const context = canvas.getContext('2d')
  const points = Math.round(height * between(random, 0.035, 0.06))
  const inset = Math.round(height * 0.03)
  const toRight = chance(random, 0.5)
  context.font = `${points}px "Noto Sans CJK SC", sans-serif`
  context.strokeStyle = '#000'
  context.fillStyle = '#fff'
  context.lineWidth = Math.max(1, points / 7)
  const write = (text: string, x: number, y: number, align: 'left' | 'right') => {
    context.textAlign = align
    context.strokeText(text, x, y)
    context.fillText(text, x, y)
  }
  write(timeOf(random), toRight ? width - inset : inset, inset + points, toRight ? 'right' : 'left')
  if (chance(random, 0.7)) write(pick<string>(random, NAMES), width - inset, height - inset, 'right')
  const { data } = context.getImageData(0, 0, width, height)
  for (let i = 0; i < width * height; i++) {
    const cover = (data[4 * i + 3] as number) / 255
    if (cover === 0) continue
    for (let k = 0; k < 3; k++) {
      rgb[3 * i + k] = (rgb[3 * i + k] as number) * (1 - cover) + (data[4 * i + k] as number) * cover
    }
  }
}

function timeOf(random: Random): string {
  const at = new Date(Date.UTC(2024, 0, 1) + Math.floor(random() * 1_000 * 86_400) * 1_000)
  const [date = '', time = ''] = at.toISOString().split(/[T.]/)
  const written = chance(random, 0.5) ? date : date.replace(/-/g, '/')
  return chance(random, 0.6) ? `${written} 星期${DAYS[at.getUTCDay()]} ${time}` : `${written} ${time}`
}
