import type { Material } from '../../engine/mesh.ts'
import { between, pick, type Random } from '../making/chance.ts'
import { paint, shaded } from '../making/paint.ts'
import type { Bag } from './bag.ts'
import { cloth, someColour } from './cloth.ts'
import type { Hat } from './hat.ts'

export function shoesOf(random: Random): Material {
  return {
    colour: shaded(
      paint(
        pick(random, [
          '#151517',
          '#1d1b1a',
          '#f0f0ee',
          '#e4e4e0',
          '#5a4030',
          '#77777a',
          '#8c2f2b',
          '#2b3f66',
        ]),
      ),
      between(random, 0.8, 1.1),
    ),
    gloss: 0.2,
  }
}

export function bagOf(random: Random, kind: Bag): { kind: Bag; material: Material } {
  const colour = someColour(
    random,
    kind === 'school' || kind === 'carrier'
      ? { dark: 1, muted: 0.5, bright: 3, light: 1 }
      : { dark: 4, muted: 2, bright: 2, light: 1 },
  )
  return { kind, material: cloth(random, colour, kind === 'shopping' ? 'checks' : 'plain', paint('#e8e0d0')) }
}

export function hatOf<T extends Hat>(
  random: Random,
  kinds: readonly [T, ...T[]],
): { kind: Hat; material: Material } {
  const kind = pick(random, kinds)
  return {
    kind,
    material: {
      colour:
        kind === 'straw'
          ? paint(pick(random, ['#d8bd7c', '#c9ab68', '#e6d6a8']))
          : someColour(random, { dark: 3, muted: 2, bright: 2, light: 2 }),
    },
  }
}
