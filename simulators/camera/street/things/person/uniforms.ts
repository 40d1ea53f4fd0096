import type { Colour } from '../../engine/mesh.ts'
import { between, chance, pick, type Random } from '../making/chance.ts'
import { blended, paint } from '../making/paint.ts'
import { shoesOf } from './accessories.ts'
import { banded, cloth } from './cloth.ts'
import type { Outfit } from './outfit.ts'

const YELLOW = paint('#f2c21a')
const SILVER: Colour = [0.75, 0.78, 0.8]

export function sweeper(random: Random): Pick<Outfit, 'top' | 'bottom' | 'shoes' | 'hat' | 'gloves'> {
  const orange = paint(pick(random, ['#f2661b', '#e8551a', '#f47b28']))
  const shine = chance(random, 0.5) ? SILVER : blended(SILVER, YELLOW, 0.7)
  return {
    top: {
      material: banded(random, orange, [0.55, 0.72], shine),
      sleeve: chance(random, 0.75) ? 1.97 : 0.6,
      hem: -0.15,
      ease: between(random, 0.02, 0.04),
      puff: 0,
    },
    bottom: {
      kind: 'trousers',
      material: banded(random, chance(random, 0.65) ? orange : paint('#22304d'), [0.7, 0.8], shine, false),
      length: 1.95,
      ease: [0.02, 0.035],
    },
    shoes: { colour: paint('#2c2e2c') },
    ...(chance(random, 0.75)
      ? {
          hat: {
            kind: pick(random, ['straw', 'cap', 'bucket'] as const),
            material: { colour: chance(random, 0.5) ? orange : paint('#d9b56a') },
          },
        }
      : {}),
    ...(chance(random, 0.5) ? { gloves: { colour: paint('#e4e2da') } } : {}),
  }
}

export function officer(random: Random): Pick<Outfit, 'top' | 'bottom' | 'shoes' | 'hat' | 'vest'> {
  const traffic = chance(random, 0.45)
  const shirt = paint(
    traffic ? pick(random, ['#9db6cc', '#1d2a44']) : pick(random, ['#243352', '#8fa6bf', '#1b2438']),
  )
  const dark = paint('#161d2e')
  const glow = paint('#c8e030')
  return {
    top: {
      material: cloth(random, shirt),
      sleeve: chance(random, 0.5) ? 0.7 : 1.97,
      hem: 0.05,
      ease: 0.015,
      puff: 0,
    },
    bottom: { kind: 'trousers', material: cloth(random, dark), length: 1.95, ease: [0.012, 0.025] },
    ...(traffic || chance(random, 0.25)
      ? { vest: { material: banded(random, glow, [0.6, 0.85], SILVER), hem: 0 } }
      : {}),
    shoes: { colour: paint('#0c0c0e'), gloss: 0.5 },
    hat: {
      kind: chance(random, 0.7) ? 'peaked' : 'cap',
      material: { colour: traffic && chance(random, 0.6) ? paint('#e9ebee') : dark },
    },
  }
}

export function courier(random: Random): Pick<Outfit, 'top' | 'bottom' | 'shoes' | 'hat' | 'bag'> {
  const colour = paint(pick(random, ['#f7c600', '#f7c600', '#1f8fe6', '#1f8fe6', '#d8262c', '#2fa866']))
  return {
    top: {
      material: cloth(random, colour, chance(random, 0.5) ? 'halves' : 'plain', paint('#1c1d20')),
      sleeve: chance(random, 0.6) ? 1.97 : 0.7,
      hem: -0.1,
      ease: between(random, 0.02, 0.035),
      puff: 0.01,
    },
    bottom: {
      kind: 'trousers',
      material: cloth(random, paint('#1c1d22')),
      length: 1.93,
      ease: [0.01, 0.025],
    },
    shoes: shoesOf(random),
    ...(chance(random, 0.8) ? { hat: { kind: 'helmet', material: { colour, gloss: 0.7 } } } : {}),
    ...(chance(random, 0.35) ? { bag: { kind: 'carrier', material: { colour: paint('#e8dcc4') } } } : {}),
  }
}
