import type { Texture } from '../../engine/mesh.ts'
import { chance, pick, type Random } from '../../things/making/chance.ts'
import { fill, speckle } from './facade.ts'
import { drawnBy } from './painted.ts'

const DYES = [
  '#27406b',
  '#7a2327',
  '#2f5a41',
  '#8c8a80',
  '#b3a382',
  '#4a4d52',
  '#8a5a2c',
  '#5b6f84',
  '#9a3b2c',
] as const

/** Of an awning: plain or striped, faded and dusty. */
export function awningTexture(random: Random): Texture {
  const dye = pick(random, DYES)
  const second = chance(random, 0.5) ? pick(random, ['#d9d4c4', '#c9c2ae', '#e0ddd2'] as const) : dye
  return drawnBy(64, 32, (context) => {
    fill(context, dye, 0, 0, 64, 32)
    for (let x = 0; x < 64; x += 8) fill(context, second, x, 0, 4, 32)
    const dust = context.createLinearGradient(0, 0, 0, 32)
    dust.addColorStop(0, 'rgba(160,150,135,0.35)')
    dust.addColorStop(1, 'rgba(60,55,50,0.2)')
    context.fillStyle = dust
    context.fillRect(0, 0, 64, 32)
    speckle(context, random, 200)
  })
}
