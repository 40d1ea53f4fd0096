import { chance } from '../things/making/chance.ts'
import { clutter } from '../things/clutter/clutter.ts'
import { decoy } from '../things/clutter/decoy.ts'
import { put, type Site, someStrip } from './site.ts'

/** What a detector is not asked for, some of which looks like what it is asked for. */
export function addClutter(site: Site, count: number): void {
  const { random, spots } = site
  for (let i = 0; i < count; i++) {
    const strip = someStrip(site, chance(random, 0.92) ? 'walk' : 'road')
    const spot = strip && spots.find(strip, 0.45)
    if (spot) put(site, chance(random, 0.45) ? decoy(random) : clutter(random), spot, random() * 2 * Math.PI)
  }
}
