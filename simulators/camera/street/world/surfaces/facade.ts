import type { SKRSContext2D } from '@napi-rs/canvas'
import type { Texture } from '../../engine/mesh.ts'
import { between, chance, pick, type Random } from '../../things/making/chance.ts'
import { drawnBy } from './painted.ts'

const WALLS = [
  '#c9bda6',
  '#b9a58b',
  '#a9aeb0',
  '#d8d2c4',
  '#8f6f5c',
  '#9c9a8e',
  '#c7ced0',
  '#b5837a',
  '#e0dccf',
] as const
const GLASS = ['#3c4a54', '#2c353c', '#55646e', '#41505a', '#6b7a80'] as const

/** One storey, two windows wide. */
export function storeyTexture(random: Random): Texture {
  const wall = pick(random, WALLS)
  const glass = pick(random, GLASS)
  const [wide, high] = [between(random, 0.3, 0.75), between(random, 0.4, 0.7)]
  const [tiles, caged, units] = [chance(random, 0.5), chance(random, 0.3), chance(random, 0.5)]
  return drawnBy(128, 64, (context) => {
    fill(context, wall, 0, 0, 128, 64)
    speckle(context, random, 500)
    if (tiles) for (let y = 0; y < 64; y += 4) fill(context, '#0000000e', 0, y, 128, 1)
    fill(context, '#00000022', 0, 61, 128, 3)
    for (const left of [0, 64]) {
      const [w, h] = [64 * wide, 64 * high]
      const [x, y] = [left + 32 - w / 2, 30 - h / 2]
      fill(context, '#00000055', x - 2, y - 2, w + 4, h + 4)
      fill(context, glass, x, y, w, h)
      const shine = context.createLinearGradient(x, y, x + w, y + h)
      shine.addColorStop(0, `rgba(220,230,240,${between(random, 0.1, 0.6)})`)
      shine.addColorStop(1, 'rgba(220,230,240,0)')
      context.fillStyle = shine
      context.fillRect(x, y, w, h)
      if (chance(random, 0.5))
        fill(context, pick(random, ['#d8cfc0', '#9db0b5', '#c7a58f']), x, y, w * between(random, 0.2, 0.5), h)
      fill(context, '#e8e8e4', x + w / 2 - 1, y, 2, h)
      if (caged) for (let bar = 0; bar < w; bar += 5) fill(context, '#cfd2d0', x + bar, y - 2, 1, h + 6)
      if (units && left === 0) {
        fill(context, '#e4e4df', x + w + 3, y + h - 8, 14, 11)
        fill(context, '#3a3d40', x + w + 5, y + h - 6, 8, 7)
      }
    }
    streaks(context, random, 128, 64)
  })
}

export function wallTexture(random: Random): Texture {
  const wall = pick(random, WALLS)
  const bricks = chance(random, 0.4)
  return drawnBy(128, 128, (context) => {
    fill(context, wall, 0, 0, 128, 128)
    speckle(context, random, 1_500)
    for (let y = bricks ? 0 : 128; y < 128; y += 8) {
      fill(context, '#00000026', 0, y, 128, 1)
      for (let x = (y / 8) % 2 === 0 ? 0 : 8; x < 128; x += 16) fill(context, '#00000026', x, y, 1, 8)
    }
    streaks(context, random, 128, 128)
  })
}

export function fill(
  context: SKRSContext2D,
  colour: string,
  x: number,
  y: number,
  w: number,
  h: number,
): void {
  context.fillStyle = colour
  context.fillRect(x, y, w, h)
}

export function speckle(context: SKRSContext2D, random: Random, count: number): void {
  const { width, height } = context.canvas
  for (let i = 0; i < count; i++) {
    const shade = chance(random, 0.5) ? '255,255,255' : '0,0,0'
    fill(
      context,
      `rgba(${shade},${random() * 0.08})`,
      random() * width,
      random() * height,
      1 + random() * 2,
      1 + random() * 2,
    )
  }
}

/** Rain has washed dirt down. */
function streaks(context: SKRSContext2D, random: Random, width: number, height: number): void {
  for (let i = 0; i < 14; i++) {
    fill(
      context,
      `rgba(40,35,30,${random() * 0.1})`,
      random() * width,
      random() * height * 0.5,
      1 + random() * 4,
      height,
    )
  }
}
