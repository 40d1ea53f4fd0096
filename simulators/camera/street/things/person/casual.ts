import type { Material } from '../../engine/mesh.ts'
import { between, chance, type Random, weighted } from '../making/chance.ts'
import { paint } from '../making/paint.ts'
import type { Body } from './body.ts'
import { cloth, denim, type Pattern, someColour } from './cloth.ts'
import type { Bottom, Top } from './outfit.ts'

export function casual(random: Random, body: Body): { top: Top; bottom: Bottom; socks?: Material } {
  const dress = body.female && body.age !== 'elder' ? 0.14 : body.female ? 0.04 : 0
  const wear = weighted(random, {
    tee: 3,
    shirt: 2,
    jumper: 2,
    jacket: 2.2,
    down: 1.3,
    coat: 1,
    dress: dress * 12,
  })
  const colour = someColour(
    random,
    body.age === 'child'
      ? { dark: 1, muted: 1, bright: 4, light: 2 }
      : body.age === 'elder'
        ? { dark: 4, muted: 3, bright: 1.3, light: 1 }
        : { dark: 4, muted: 2, bright: 2, light: 2.5 },
  )
  const second = someColour(random, { dark: 1, muted: 1, bright: 2, light: 3 })
  const pattern = (weights: Partial<Record<Pattern, number>>) =>
    cloth(random, colour, weighted(random, weights), second)
  const tops: Record<typeof wear, () => Top> = {
    tee: () => ({
      material: pattern({ plain: 4, print: 3, hoops: 2, halves: 0.7, flowers: body.female ? 1 : 0.3 }),
      sleeve: between(random, 0.45, 0.8),
      hem: between(random, -0.3, 0),
      ease: between(random, 0.008, 0.026),
      puff: 0,
    }),
    shirt: () => ({
      material: pattern({ plain: 4, checks: 2.5, stripes: 2, flowers: body.female ? 1.5 : 0 }),
      sleeve: chance(random, 0.4) ? between(random, 0.5, 1.2) : 1.97,
      hem: between(random, -0.3, 0.1),
      ease: between(random, 0.008, 0.02),
      puff: 0,
    }),
    jumper: () => ({
      material: pattern({ plain: 5, hoops: 1, print: 2, halves: 1 }),
      sleeve: 1.97,
      hem: between(random, -0.2, 0.05),
      ease: between(random, 0.014, 0.035),
      puff: 0,
    }),
    jacket: () => ({
      material: pattern({ plain: 6, halves: 1.3, checks: 0.5 }),
      sleeve: 1.99,
      hem: between(random, -0.3, 0.1),
      ease: between(random, 0.02, 0.035),
      puff: 0.015,
    }),
    down: () => ({
      material: { ...pattern({ plain: 1 }), gloss: 0.3 },
      sleeve: 1.99,
      hem: between(random, -0.3, 0),
      ease: between(random, 0.04, 0.06),
      puff: 0.06,
      ...(chance(random, 0.35) ? { skirt: { length: between(random, 0.6, 1.3), flare: 0.02 } } : {}),
    }),
    coat: () => ({
      material: pattern({ plain: 5, checks: 1 }),
      sleeve: 1.99,
      hem: -0.1,
      ease: between(random, 0.025, 0.04),
      puff: 0,
      skirt: { length: between(random, 0.6, 1.5), flare: between(random, 0.01, 0.06) },
    }),
    dress: () => ({
      material: pattern({ plain: 3, flowers: 3, checks: 1, hoops: 1 }),
      sleeve: chance(random, 0.6) ? between(random, 0.2, 0.7) : 1.9,
      hem: 0.15,
      ease: between(random, 0.006, 0.02),
      puff: 0,
      skirt: { length: between(random, 0.75, 1.7), flare: between(random, 0.03, 0.16) },
    }),
  }
  const warm = wear === 'down' || wear === 'coat' || wear === 'jumper' || wear === 'jacket'
  return { top: tops[wear](), ...bottomOf(random, body, warm, wear === 'dress') }
}

function bottomOf(
  random: Random,
  body: Body,
  warm: boolean,
  dressed: boolean,
): { bottom: Bottom; socks?: Material } {
  const lower = weighted(
    random,
    dressed
      ? { tights: 1, bare: 1.5 }
      : {
          trousers: 4,
          jeans: 3,
          wide: body.female ? 1.5 : 0.5,
          shorts: warm ? 0.1 : 1.6,
          skirt: body.female && body.age !== 'elder' ? (warm ? 0.5 : 1.3) : 0,
          tights: body.female ? 0.7 : 0,
          bare: 0,
        },
  )
  const colour = someColour(random, { dark: 6, muted: 3, bright: 0.4, light: 0.8 })
  const trousers = (material: Material, hem: number, loose: number): Bottom => ({
    kind: 'trousers',
    material,
    length: between(random, 1.86, 1.97),
    ease: [loose, hem],
  })
  switch (lower) {
    case 'trousers':
      return {
        bottom: trousers(cloth(random, colour), between(random, 0.012, 0.045), between(random, 0.008, 0.024)),
      }
    case 'jeans':
      return { bottom: trousers(denim(random), between(random, 0.008, 0.035), between(random, 0.004, 0.018)) }
    case 'wide':
      return { bottom: trousers(cloth(random, colour), between(random, 0.06, 0.11), 0.025) }
    case 'tights':
      return {
        bottom: {
          kind: 'trousers',
          material: cloth(random, paint('#15151a')),
          length: 1.95,
          ease: [0.002, 0.003],
        },
      }
    case 'bare':
      return {
        bottom: { kind: 'trousers', material: cloth(random, colour), length: 0.3, ease: [0.002, 0.004] },
      }
    case 'shorts':
      return {
        bottom: {
          kind: 'trousers',
          material: chance(random, 0.3) ? denim(random) : cloth(random, colour),
          length: between(random, 0.5, 1.1),
          ease: [0.012, between(random, 0.02, 0.045)],
        },
        ...(chance(random, 0.4) ? { socks: { colour: paint('#e8e8e6') } } : {}),
      }
    case 'skirt':
      return {
        bottom: {
          kind: 'skirt',
          material: cloth(
            random,
            colour,
            weighted<Pattern>(random, { plain: 4, checks: 1, flowers: 1 }),
            someColour(random, { dark: 1, muted: 1, bright: 1, light: 2 }),
          ),
          length: between(random, 0.55, 1.75),
          flare: between(random, 0, 0.14),
        },
      }
  }
}
