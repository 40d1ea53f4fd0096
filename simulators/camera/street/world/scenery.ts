import type { Material, Thing } from '../engine/mesh.ts'
import { type Placed, type Place } from '../engine/placed.ts'
import { between, chance, pick, type Random } from '../things/making/chance.ts'
import { makeBollard, makeHedge, makeLampPost, makeRailing, makeRoadSign } from './furniture.ts'
import { addHouses } from './houses.ts'
import type { Palette } from './palette.ts'
import { Solids } from './solids.ts'
import type { Strip } from './strips.ts'
import { TILE_M } from './surfaces/ground.ts'
import { makeTree } from './tree.ts'

/** Houses, trees and the ground reach so far to either side. */
export const HALF_LENGTH_M = 48
const STONE: Material = { colour: [0.42, 0.41, 0.39] }
const PAINT: Material = { colour: [0.62, 0.62, 0.58] }
const YELLOW: Material = { colour: [0.6, 0.42, 0.05] }

export interface Scenery {
  readonly still: readonly Placed[]
  /** Lamps that shine at night, in the world. */
  readonly lampsAt: readonly Place[]
}

/** What stands in a street whatever the day: the ground with its marks, houses, trees, lamp posts, railings. */
export function buildScenery(
  strips: readonly Strip[],
  palette: Palette,
  random: Random,
  lit: boolean,
): Scenery {
  const ground = new Solids()
  const solids = new Solids()
  const still: Placed[] = []
  const lampsAt: Place[] = []
  const put = (thing: Thing, place: Place) => void still.push({ thing, place, id: 0 })
  const leaves = palette.leaves(random)
  strips.forEach((strip, i) => {
    const beyond = strips[i + 1]
    addGround(ground, palette, random, strip)
    if (strip.kind === 'houses') {
      const nearward = i > 0
      const row = {
        from: -HALF_LENGTH_M,
        to: HALF_LENGTH_M,
        z: nearward ? strip.near : strip.far,
        nearward,
        lit,
      }
      addHouses(solids, palette, random, { ...row, shops: chance(random, 0.8) })
    }
    if (strip.kind === 'road') addMarks(ground, random, strip)
    if (beyond && beyond.height !== strip.height)
      addKerb(ground, strip.far, Math.max(beyond.height, strip.height))
    if (strip.kind === 'walk' && strip.ground !== 'earth' && strip.far - strip.near < 9) {
      addTactile(ground, palette, random, strip)
    }
    if (strip.kind === 'walk') plant(strip, strips, i)
    if (strip.kind === 'green') {
      const wide = strip.far - strip.near
      for (let x = -HALF_LENGTH_M; x < HALF_LENGTH_M; x += between(random, 3, 9)) {
        put(makeTree(random, leaves), {
          x,
          y: strip.height,
          z: strip.near + between(random, 0.2, 0.8) * wide,
        })
      }
      if (wide < 3) {
        const hedge = makeHedge(random, 5, {
          colour: [0.3, 0.4, 0.22],
          texture: palette.ground('grass', random),
        })
        for (let x = -HALF_LENGTH_M; x < HALF_LENGTH_M; x += 5.5)
          put(hedge, { x, y: strip.height, z: strip.near + wide / 2 })
      }
    }
  })
  closeEnds({ ground, solids }, palette, random, strips)
  const origin = { x: 0, z: 0 }
  still.push(
    { thing: { parts: [{ meshes: ground.meshes() }] }, place: origin, id: 0, flat: true },
    { thing: { parts: [{ meshes: solids.meshes() }] }, place: origin, id: 0 },
  )
  return { still, lampsAt }

  /** Trees, lamps and the like along the side of a pavement that is next to the road, or on both sides of a square. */
  function plant(strip: Strip, all: readonly Strip[], i: number): void {
    const roadBeyond = all[i + 1]?.kind !== 'houses'
    const z = roadBeyond ? strip.far - 0.6 : strip.near + 0.6
    const turn = roadBeyond ? Math.PI : 0
    const wide = strip.far - strip.near
    const between2 = between(random, 6, 12)
    const trees = wide > 3.5 && chance(random, 0.75)
    const offset = random() * between2
    for (let x = -HALF_LENGTH_M + offset; x < HALF_LENGTH_M; x += between2) {
      if (trees && chance(random, 0.85)) put(makeTree(random, leaves), { x, y: strip.height, z })
    }
    const post = makeLampPost(lit)
    for (let x = -HALF_LENGTH_M + random() * 20; x < HALF_LENGTH_M; x += between(random, 16, 26)) {
      put(post, { x, y: strip.height, z, turn })
      const out = turn === 0 ? -1.8 : 1.8
      lampsAt.push({ x, y: 7.3 + strip.height, z: z + out })
    }
    const kind = pick(random, ['bollards', 'railing', 'none', 'none'])
    const edge = roadBeyond ? strip.far - 0.2 : strip.near + 0.2
    if (kind === 'bollards') {
      const bollard = makeBollard(random)
      for (let x = -20; x < 20; x += between(random, 1.3, 2.2)) put(bollard, { x, y: strip.height, z: edge })
    }
    if (kind === 'railing' && wide < 9) {
      const railing = makeRailing(random, 6)
      for (let x = -HALF_LENGTH_M; x < HALF_LENGTH_M; x += 6) {
        if (chance(random, 0.85)) put(railing, { x, y: strip.height, z: edge })
      }
    }
    if (chance(random, 0.6))
      put(makeRoadSign(random), { x: between(random, -15, 15), y: strip.height, z: edge })
  }
}

function addGround(solids: Solids, palette: Palette, random: Random, strip: Strip): void {
  const tint = between(random, 0.7, 1.05)
  const warm = between(random, -0.06, 0.06)
  const material: Material = {
    colour: [tint * (1 + warm), tint, tint * (1 - warm)],
    texture: palette.ground(strip.ground, random),
  }
  const { near, far, height } = strip
  solids.floor(material, [-HALF_LENGTH_M, near, HALF_LENGTH_M, far], height, TILE_M[strip.ground])
}

function addKerb(solids: Solids, z: number, height: number): void {
  solids.box(STONE, [-HALF_LENGTH_M, 0, z - 0.12], [HALF_LENGTH_M, height + 0.015, z + 0.12])
}

function addTactile(solids: Solids, palette: Palette, random: Random, { near, far, height }: Strip): void {
  if (chance(random, 0.35)) return
  const z = near + (far - near) * between(random, 0.35, 0.65)
  const material: Material = { colour: [0.8, 0.8, 0.8], texture: palette.ground('tactile', random) }
  solids.floor(material, [-HALF_LENGTH_M, z - 0.3, HALF_LENGTH_M, z + 0.3], height + 0.006, TILE_M.tactile)
}

function addMarks(solids: Solids, random: Random, { near, far }: Strip): void {
  const wide = far - near
  const y = 0.006
  const line = (z: number, dashed: boolean, paint: Material) => {
    const step = dashed ? 6 : 2 * HALF_LENGTH_M
    for (let x = -HALF_LENGTH_M; x < HALF_LENGTH_M; x += step) {
      solids.floor(paint, [x, z - 0.07, x + (dashed ? 3 : step), z + 0.07], y, 1)
    }
  }
  if (wide > 5) {
    line(near + wide / 2 - 0.12, false, chance(random, 0.7) ? YELLOW : PAINT)
    line(near + wide / 2 + 0.12, false, YELLOW)
  }
  for (let z = 3.2; z < wide / 2 - 1; z += 3.2) {
    line(near + z, true, PAINT)
    line(far - z, true, PAINT)
  }
  line(near + 0.35, false, PAINT)
  line(far - 0.35, false, PAINT)
  if (wide < 5 || chance(random, 0.4)) return
  const at = between(random, -12, 12)
  for (let z = near + 0.6; z < far - 0.6; z += 0.95)
    solids.floor(PAINT, [at - 2, z, at + 2, z + 0.45], y + 0.003, 1)
}

/** Where the street goes on is seen only as more houses. */
function closeEnds(
  { ground, solids }: { ground: Solids; solids: Solids },
  palette: Palette,
  random: Random,
  strips: readonly Strip[],
): void {
  const [near, far] = [strips[0]?.near ?? 0, strips.at(-1)?.far ?? 0]
  const asphalt: Material = { colour: [0.8, 0.8, 0.8], texture: palette.ground('asphalt', random) }
  for (const side of [-1, 1]) {
    const [x1, x2] = [side * HALF_LENGTH_M, side * (HALF_LENGTH_M + 60)].sort((a, b) => a - b) as [
      number,
      number,
    ]
    ground.floor(asphalt, [x1, near - 30, x2, far + 30], -0.01, TILE_M.asphalt)
    for (let z = near; z < far; z += 12) {
      const wall: Material = { colour: [0.75, 0.76, 0.8], texture: palette.storey(random) }
      const x = side * (HALF_LENGTH_M + between(random, 10, 35))
      const high = between(random, 6, 30)
      solids.box(wall, [Math.min(x, x + side * 8), 0, z], [Math.max(x, x + side * 8), high, z + 11], 3)
    }
  }
}
