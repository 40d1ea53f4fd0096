import { towards } from '../engine/placed.ts'
import { between, chance, type Random } from '../things/making/chance.ts'
import { stall } from '../things/stall/stall.ts'
import type { Strip } from '../world/strips.ts'
import { addOne } from './people.ts'
import { beside, put, type Site, someStrip } from './site.ts'

/** Stalls with their seller, often with somebody who buys, in a row or alone. */
export function addStalls(site: Site, count: number): void {
  const { random, spots } = site
  const strip = someStrip(site, 'walk')
  if (!strip) return
  const atFarEdge = chance(random, 0.5)
  for (let i = 0; i < count; i++) {
    const goods = stall(random)
    const spot = spots.find(strip, Math.max(goods.width, goods.depth) * 0.6, edge(atFarEdge, random))
    if (!spot) continue
    const turn = facing(strip, atFarEdge) + between(random, -0.3, 0.3)
    put(site, goods, spot, turn)
    const { x, z, pose } = goods.seller
    if (chance(random, 0.85))
      addOne(site, beside(spot, turn, x, z), turn + between(random, -0.4, 0.4), pose, 'vendor')
    const buyers = chance(random, 0.5) ? Math.floor(between(random, 1, 4)) : 0
    for (let k = 0; k < buyers; k++) {
      const at = beside(
        spot,
        turn,
        between(random, -0.6, 0.6) * goods.width,
        -goods.depth / 2 - between(random, 0.35, 0.8),
      )
      const doing = chance(random, 0.2) ? 'squatting' : 'standing'
      addOne(site, at, towards(spot.x - at.x, spot.z - at.z), { doing, phase: random() })
    }
  }
}

/** What is sold is shown to who walks by. */
function facing({ near, far }: Strip, atFarEdge: boolean): number {
  return atFarEdge && far > near ? 0 : Math.PI
}

function edge(far: boolean, random: Random): readonly [number, number] {
  if (chance(random, 0.15)) return [0.2, 0.8]
  return far ? [0.72, 0.92] : [0.08, 0.28]
}
