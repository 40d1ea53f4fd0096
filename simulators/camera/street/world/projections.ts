import type { Material } from '../engine/mesh.ts'
import { between, chance, type Random } from '../things/making/chance.ts'
import type { Palette } from './palette.ts'
import type { Solids } from './solids.ts'

const CASING: Material = { colour: [0.62, 0.62, 0.6] }
const FAN: Material = { colour: [0.12, 0.12, 0.13] }
/** Nothing hangs right before a camera, which is at x = 0. */
const CAMERA_M = 4

export interface Front {
  readonly from: number
  readonly to: number
  readonly z: number
  readonly nearward: boolean
  readonly lit: boolean
  /** Where the storeys begin, and where they end. */
  readonly base: number
  readonly top: number
}

/** What sticks out from the front of a house: air conditioners and light boxes. */
export function addProjections(solids: Solids, palette: Palette, random: Random, front: Front): void {
  const { from, to, base, top } = front
  for (let x = from + 1; x < to - 1; x += between(random, 1.5, 4)) {
    if (Math.abs(x) < CAMERA_M) continue
    if (chance(random, 0.45)) addConditioner(solids, front, x, between(random, base, Math.max(base, top - 1)))
    else if (chance(random, 0.25)) addLightBox(solids, palette, random, front, x)
  }
}

function addConditioner(solids: Solids, { z, nearward }: Front, x: number, y: number): void {
  const [near, far] = nearward ? [z - 0.4, z] : [z, z + 0.4]
  solids.box(CASING, [x, y, near], [x + 0.85, y + 0.6, far])
  const grille = nearward ? near - 0.01 : far
  solids.box(FAN, [x + 0.08, y + 0.08, grille], [x + 0.52, y + 0.52, grille + 0.01])
}

function addLightBox(solids: Solids, palette: Palette, random: Random, front: Front, x: number): void {
  const { z, nearward, lit, base } = front
  const [wide, high] = [between(random, 0.5, 0.8), between(random, 1.3, 2.4)]
  const [near, far] = nearward ? [z - 0.25 - wide, z - 0.25] : [z + 0.25, z + 0.25 + wide]
  const board: Material = {
    colour: [0.85, 0.85, 0.85],
    texture: palette.lightBox(random),
    ...(lit ? { glow: [0.8, 0.8, 0.8] } : {}),
  }
  const [bottom, top] = [base + 0.2, base + 0.2 + high]
  solids.quad(board, [
    [x, bottom, far],
    [x, bottom, near],
    [x, top, near],
    [x, top, far],
  ])
  solids.quad(board, [
    [x + 0.16, bottom, near],
    [x + 0.16, bottom, far],
    [x + 0.16, top, far],
    [x + 0.16, top, near],
  ])
  solids.box(CASING, [x + 0.01, bottom - 0.02, near], [x + 0.15, top + 0.02, far])
}
