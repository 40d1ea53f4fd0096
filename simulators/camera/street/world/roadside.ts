import type { Material } from '../engine/mesh.ts'
import { between, chance, pick } from '../things/making/chance.ts'
import { makeBollard, makeLampPost, makeRailing, makeRoadSign } from './furniture.ts'
import type { Strip } from './strips.ts'
import { makeTree } from './tree.ts'
import { HALF_LENGTH_M, put, type Yard } from './yard.ts'

/** How far a lamp hangs out from its post. */
const ARM_M = 1.8
const LAMP_M = 7.3
const CABLE: Material = { colour: [0.02, 0.02, 0.02] }
const SPAN_M = 24

/** Trees, lamps and the like along one edge of a pavement. */
export function furnish(yard: Yard, { near, far, height: y }: Strip, atFarEdge: boolean): void {
  const { random } = yard
  const wide = far - near
  const inset = (metres: number) => (atFarEdge ? far - metres : near + metres)
  if (wide > 3.5 && chance(random, 0.75)) addTrees(yard, inset(0.6), y)
  addLamps(yard, inset(0.6), y, atFarEdge)
  addBarrier(yard, inset(0.2), y, wide < 9)
  if (chance(random, 0.6)) put(yard, makeRoadSign(random), { x: between(random, -15, 15), y, z: inset(0.2) })
}

function addTrees(yard: Yard, z: number, y: number): void {
  const { random, leaves } = yard
  const step = between(random, 6, 12)
  for (let x = -HALF_LENGTH_M + random() * step; x < HALF_LENGTH_M; x += step) {
    if (chance(random, 0.85)) put(yard, makeTree(random, leaves), { x, y, z })
  }
}

function addLamps(yard: Yard, z: number, y: number, atFarEdge: boolean): void {
  const { random, lampsAt, lit } = yard
  const post = makeLampPost(lit)
  const turn = atFarEdge ? Math.PI : 0
  for (let x = -HALF_LENGTH_M + random() * 20; x < HALF_LENGTH_M; x += between(random, 16, 26)) {
    put(yard, post, { x, y, z, turn })
    lampsAt.push({ x, y: LAMP_M + y, z: z + (atFarEdge ? ARM_M : -ARM_M) })
  }
  if (chance(random, 0.35)) addCables(yard, z, y)
}

/** From post to post, sagging. */
function addCables({ solids, random }: Yard, z: number, y: number): void {
  for (let cable = 0; cable < 1 + 2 * random(); cable++) {
    const height = y + between(random, 5.2, 6.6)
    for (let x = -HALF_LENGTH_M; x < HALF_LENGTH_M; x += SPAN_M / 4) {
      const sag = (at: number) => height - 0.5 * Math.sin((Math.PI * (at - HALF_LENGTH_M)) / SPAN_M) ** 2
      const next = x + SPAN_M / 4
      solids.tube(CABLE, [x, sag(x), z], [next, sag(next), z], [0.012, 0.012], 3)
    }
  }
}

/** What keeps cars off, where anything does. */
function addBarrier(yard: Yard, z: number, y: number, narrow: boolean): void {
  const { random } = yard
  const kind = pick(random, ['bollards', 'railing', 'none', 'none'] as const)
  if (kind === 'bollards') {
    const bollard = makeBollard(random)
    const step = between(random, 1.3, 2.2)
    for (let x = -20; x < 20; x += step) put(yard, bollard, { x, y, z })
  }
  if (kind === 'railing' && narrow) {
    const railing = makeRailing(random, 6)
    for (let x = -HALF_LENGTH_M; x < HALF_LENGTH_M; x += 6) {
      if (chance(random, 0.85)) put(yard, railing, { x, y, z })
    }
  }
}
