import type { Material, Thing } from '../engine/mesh.ts'
import { between, chance, type Random } from '../things/making/chance.ts'
import { Solids } from './solids.ts'

const GREY: Material = { colour: [0.25, 0.26, 0.27], gloss: 0.4 }
const WHITE: Material = { colour: [0.7, 0.7, 0.68], gloss: 0.3 }
const STONE: Material = { colour: [0.35, 0.34, 0.32] }
const BLUE: Material = { colour: [0.03, 0.12, 0.45], gloss: 0.3 }

function thing(solids: Solids): Thing {
  return { parts: [{ meshes: solids.meshes() }] }
}

/** Its arm reaches towards -z. */
export function makeLampPost(lit: boolean): Thing {
  const solids = new Solids()
  solids.tube(GREY, [0, 0, 0], [0, 7, 0], [0.1, 0.06])
  solids.tube(GREY, [0, 7, 0], [0, 7.5, -1.6], [0.05, 0.04])
  const lamp: Material = lit ? { colour: [1, 1, 1], glow: [9, 7.5, 5] } : WHITE
  solids.box(lamp, [-0.14, 7.36, -2.1], [0.14, 7.5, -1.5])
  solids.quad(lamp, [
    [-0.14, 7.36, -1.5],
    [0.14, 7.36, -1.5],
    [0.14, 7.36, -2.1],
    [-0.14, 7.36, -2.1],
  ])
  return thing(solids)
}

export function makeBollard(random: Random): Thing {
  const solids = new Solids()
  const high = between(random, 0.5, 0.9)
  if (chance(random, 0.4)) {
    solids.tube(STONE, [0, 0, 0], [0, 0.4, 0], [0.2, 0.2], 10)
    solids.tube(STONE, [0, 0.4, 0], [0, 0.52, 0], [0.2, 0.05], 10)
  } else {
    solids.tube(WHITE, [0, 0, 0], [0, high, 0], [0.07, 0.07])
    solids.tube({ colour: [0.6, 0.03, 0.02] }, [0, high - 0.25, 0], [0, high - 0.1, 0], [0.075, 0.075])
  }
  return thing(solids)
}

/** Along x. */
export function makeRailing(random: Random, length: number): Thing {
  const solids = new Solids()
  const paint = chance(random, 0.6) ? WHITE : chance(random, 0.5) ? GREY : BLUE
  for (const y of [0.25, 0.95]) solids.tube(paint, [0, y, 0], [length, y, 0], [0.025, 0.025], 5)
  for (let x = 0; x <= length; x += 0.16) solids.tube(paint, [x, 0.25, 0], [x, 0.95, 0], [0.01, 0.01], 3)
  for (let x = 0; x <= length; x += 2) solids.tube(paint, [x, 0, 0], [x, 1.02, 0], [0.04, 0.04], 6)
  return thing(solids)
}

export function makeRoadSign(random: Random): Thing {
  const solids = new Solids()
  solids.tube(GREY, [0, 0, 0], [0, 2.7, 0], [0.035, 0.035], 6)
  const [w, h] = [between(random, 0.4, 1), between(random, 0.35, 0.7)]
  const board = chance(random, 0.6) ? BLUE : { colour: [0.5, 0.02, 0.02] as const }
  solids.box(board, [-w / 2, 2.1, -0.06], [w / 2, 2.1 + h, -0.03])
  solids.box(WHITE, [-w / 3, 2.1 + h * 0.3, -0.064], [w / 3, 2.1 + h * 0.7, -0.062])
  return thing(solids)
}

/** Clipped, along x. */
export function makeHedge(random: Random, length: number, leaves: Material): Thing {
  const solids = new Solids()
  const high = between(random, 0.5, 1)
  solids.box({ colour: [0.03, 0.05, 0.02] }, [0.06, 0, -0.3], [length - 0.06, high - 0.06, 0.3])
  solids.box(leaves, [0, 0, -0.36], [length, high, 0.36], 0.6)
  return thing(solids)
}
