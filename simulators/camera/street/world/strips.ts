import { between, chance, pick, type Random } from '../things/making/chance.ts'
import type { Ground } from './surfaces/ground.ts'

/** A street is a row of strips that run from left to right, each beyond the other. */
export interface Strip {
  readonly kind: 'houses' | 'walk' | 'road' | 'green'
  readonly ground: Ground
  /** Its near and far edge. */
  readonly near: number
  readonly far: number
  /** Metres above the road. */
  readonly height: number
}

export type StreetKind = 'street' | 'wide street' | 'square' | 'lane' | 'park'

type Plan = readonly [kind: Strip['kind'], width: number, ground?: Ground][]

export function stripsOf(kind: StreetKind, random: Random): Strip[] {
  const paving = () => pick<Ground>(random, ['slabs', 'bricks', 'squares', 'slabs', 'concrete'])
  let near = 0
  const raised = kind !== 'lane' && kind !== 'park'
  return planOf(kind, random, paving()).map(([strip, width, ground = 'concrete']) => {
    const at = { near, far: near + width }
    near += width
    return { kind: strip, ground, ...at, height: raised && strip !== 'road' ? 0.14 : 0 }
  })
}

function planOf(kind: StreetKind, random: Random, paving: Ground): Plan {
  const houses = ['houses', 14] as const
  const walk = () => ['walk', between(random, 3, 6.5), paving] as const
  const road = (low: number, high: number) => ['road', between(random, low, high), 'asphalt'] as const
  const green = (low: number, high: number) => ['green', between(random, low, high), 'grass'] as const
  switch (kind) {
    case 'street':
      return [[...houses], [...walk()], [...road(6, 9)], [...walk()], [...houses]]
    case 'wide street':
      return [
        [...houses],
        [...walk()],
        [...road(3, 4)],
        [...green(0.8, 2)],
        [...road(10, 15)],
        [...walk()],
        [...houses],
      ]
    case 'square':
      return [
        [...houses],
        ['walk', between(random, 16, 34), paving],
        chance(random, 0.5) ? [...houses] : [...green(14, 20)],
      ]
    case 'lane':
      return [
        [...houses],
        ['walk', between(random, 5, 8.5), chance(random, 0.5) ? 'concrete' : paving],
        [...houses],
      ]
    case 'park':
      return [
        [...green(14, 20)],
        ['walk', between(random, 3, 6), chance(random, 0.3) ? 'earth' : paving],
        [...green(14, 25)],
      ]
  }
}
