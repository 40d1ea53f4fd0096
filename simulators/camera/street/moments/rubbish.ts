import { between, chance, type Random } from '../things/making/chance.ts'
import { bin } from '../things/bin.ts'
import { garbage } from '../things/garbage/garbage.ts'
import { beside, put, type Site, someStrip } from './site.ts'

/** Left where pavements end, at trees and walls, and sometimes in the middle. */
export function addGarbage(site: Site, count: number): void {
  const { random, spots } = site
  for (let i = 0; i < count; i++) {
    const strip = someStrip(site, chance(random, 0.88) ? 'walk' : chance(random, 0.5) ? 'road' : 'green')
    const size = 0.3 + 2.2 * random() ** 1.6
    const spot = strip && spots.find(strip, size / 2, edge(random))
    if (spot) put(site, garbage(random, size), spot, random() * 2 * Math.PI)
  }
}

/** Alone or a few side by side; now and then full, or with bags beside them. */
export function addBins(site: Site, groups: number): void {
  const { random, spots } = site
  for (let i = 0; i < groups; i++) {
    const strip = someStrip(site, 'walk')
    const far = chance(random, 0.5)
    const spot = strip && spots.find(strip, 0.5, far ? [0.85, 1] : [0, 0.15])
    if (!spot) continue
    const turn = far ? 0 : Math.PI
    const row = chance(random, 0.4) ? Math.floor(between(random, 2, 5)) : 1
    for (let k = 0; k < row; k++) {
      const full = chance(random, 0.25) ? between(random, 0.9, 1.6) : random() * 0.8
      put(site, bin(random, full), beside(spot, turn, k * 0.75, 0), turn + between(random, -0.15, 0.15))
    }
    if (chance(random, 0.2))
      put(site, garbage(random, between(random, 0.5, 1.2)), beside(spot, turn, -0.7, -0.1), random() * 6)
  }
}

function edge(random: Random): readonly [number, number] {
  if (chance(random, 0.25)) return [0, 1]
  return chance(random, 0.5) ? [0, 0.2] : [0.8, 1]
}
