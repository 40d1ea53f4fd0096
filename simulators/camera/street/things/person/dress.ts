import { between, chance, fork, pick, type Random, weighted } from '../making/chance.ts'
import { paint, shaded } from '../making/paint.ts'
import { bagOf, hatOf, shoesOf } from './accessories.ts'
import type { Body } from './body.ts'
import { casual } from './casual.ts'
import { apronCloth, someColour } from './cloth.ts'
import type { Cut } from './hair.ts'
import { face } from './head.ts'
import type { Kind, Outfit } from './outfit.ts'
import { courier, officer, sweeper } from './uniforms.ts'

const SKINS = [
  '#e8c4a4',
  '#dcb08c',
  '#cf9f7a',
  '#c08c68',
  '#a87452',
  '#8f5f42',
  '#f0d2ba',
  '#6b4530',
] as const
const HAIRS = ['#0d0c0c', '#15120f', '#1d1713', '#2b1d15', '#3c281c', '#5a3b22'] as const
export function outfitOf(random: Random, body: Body, kind: Kind): Outfit {
  const skin = shaded(paint(pick(random, SKINS)), between(random, 0.9, 1.05))
  const old = body.age === 'elder'
  const grey = paint(pick(random, ['#c9c8c6', '#8d8b89', '#5c5a59']))
  const base = {
    skin,
    face: face(random, skin, body),
    hairColour: old ? grey : paint(pick(random, HAIRS)),
    cut: cutOf(random, body),
    hairKey: fork(random),
    heel: body.female && body.age === 'adult' && chance(random, 0.3) ? 0.03 : 0.012,
    ...(chance(random, 0.15)
      ? { mask: { colour: paint(pick(random, ['#f4f6f8', '#a9cbe4', '#1a1a1c'])) } }
      : {}),
  }
  switch (kind) {
    case 'sweeper':
      return { ...base, ...sweeper(random) }
    case 'officer':
      return { ...base, ...officer(random) }
    case 'courier':
      return { ...base, ...courier(random) }
    case 'vendor': {
      const apron = chance(random, 0.45)
        ? {
            vest: {
              material: apronCloth(random, someColour(random, { bright: 2, light: 1, dark: 1, muted: 0 })),
              hem: -0.2,
            },
          }
        : {}
      const shade = chance(random, 0.4) ? { hat: hatOf(random, ['straw', 'bucket', 'cap'] as const) } : {}
      return { ...base, ...casual(random, body), ...apron, ...shade, shoes: shoesOf(random) }
    }
    case 'child':
      return {
        ...base,
        ...casual(random, body),
        shoes: shoesOf(random),
        ...(chance(random, 0.5) ? { bag: bagOf(random, 'school') } : {}),
        ...(chance(random, 0.2) ? { hat: hatOf(random, ['cap', 'bucket', 'knitted'] as const) } : {}),
      }
    case 'elder':
    case 'passer-by':
      return {
        ...base,
        ...casual(random, body),
        shoes: shoesOf(random),
        ...(chance(random, 0.5)
          ? {
              bag: bagOf(
                random,
                pick(
                  random,
                  old
                    ? (['shopping', 'carrier', 'handbag'] as const)
                    : body.female
                      ? (['handbag', 'handbag', 'rucksack', 'carrier', 'shopping'] as const)
                      : (['rucksack', 'carrier', 'crossbody'] as const),
                ),
              ),
            }
          : {}),
        ...(chance(random, 0.17)
          ? { hat: hatOf(random, ['cap', 'cap', 'bucket', 'knitted', 'straw'] as const) }
          : {}),
      }
  }
}

function cutOf(random: Random, body: Body): Cut {
  if (body.female)
    return weighted<Cut>(
      random,
      body.age === 'elder'
        ? { short: 4, parted: 2, bob: 1, bun: 2 }
        : { bob: 3, long: 4, ponytail: 4, bun: 2, parted: 1, short: 1 },
    )
  return weighted<Cut>(
    random,
    body.age === 'elder'
      ? { receding: 3, crew: 3, bald: 1, short: 2 }
      : {
          short: 5,
          crew: 3,
          parted: 4,
          receding: body.age === 'adult' ? 0.7 : 0,
          bald: body.age === 'adult' ? 0.3 : 0,
        },
  )
}
