import type { Material } from '../engine/mesh.ts'
import { between, chance } from '../things/making/chance.ts'
import type { Strip } from './strips.ts'
import { TILE_M } from './surfaces/ground.ts'
import { HALF_LENGTH_M, type Yard } from './yard.ts'

const STONE: Material = { colour: [0.42, 0.41, 0.39] }
const WHITE: Material = { colour: [0.62, 0.62, 0.58] }
const YELLOW: Material = { colour: [0.6, 0.42, 0.05] }
/** Paint lies on the asphalt, and a zebra's on top of it. */
const PAINT_M = 0.006
const ZEBRA_M = 0.009

export function pave({ ground, palette, random }: Yard, { ground: kind, near, far, height }: Strip): void {
  const tint = between(random, 0.7, 1.05)
  const warm = between(random, -0.06, 0.06)
  const material: Material = {
    colour: [tint * (1 + warm), tint, tint * (1 - warm)],
    texture: palette.ground(kind, random),
  }
  ground.floor(material, [-HALF_LENGTH_M, near, HALF_LENGTH_M, far], height, TILE_M[kind])
}

export function addKerb({ ground }: Yard, z: number, height: number): void {
  ground.box(STONE, [-HALF_LENGTH_M, 0, z - 0.12], [HALF_LENGTH_M, height + 0.015, z + 0.12])
}

/** 盲道: bars that lead the blind, along most pavements. */
export function addTactile({ ground, palette, random }: Yard, { near, far, height }: Strip): void {
  if (chance(random, 0.35)) return
  const z = near + (far - near) * between(random, 0.35, 0.65)
  const material: Material = { colour: [0.8, 0.8, 0.8], texture: palette.ground('tactile', random) }
  ground.floor(material, [-HALF_LENGTH_M, z - 0.3, HALF_LENGTH_M, z + 0.3], height + PAINT_M, TILE_M.tactile)
}

/** Two lines in the middle, dashes between lanes, a line at each edge, and often a zebra. */
export function addMarks({ ground, random }: Yard, { near, far }: Strip): void {
  const wide = far - near
  const line = (z: number, paint: Material) =>
    ground.floor(paint, [-HALF_LENGTH_M, z - 0.07, HALF_LENGTH_M, z + 0.07], PAINT_M, 1)
  const dashes = (z: number) => {
    for (let x = -HALF_LENGTH_M; x < HALF_LENGTH_M; x += 6) {
      ground.floor(WHITE, [x, z - 0.07, x + 3, z + 0.07], PAINT_M, 1)
    }
  }
  if (wide > 5) {
    line(near + wide / 2 - 0.12, chance(random, 0.7) ? YELLOW : WHITE)
    line(near + wide / 2 + 0.12, YELLOW)
  }
  for (let z = 3.2; z < wide / 2 - 1; z += 3.2) {
    dashes(near + z)
    dashes(far - z)
  }
  line(near + 0.35, WHITE)
  line(far - 0.35, WHITE)
  if (wide < 5 || chance(random, 0.4)) return
  const x = between(random, -12, 12)
  for (let z = near + 0.6; z < far - 0.6; z += 0.95) {
    ground.floor(WHITE, [x - 2, z, x + 2, z + 0.45], ZEBRA_M, 1)
  }
}
