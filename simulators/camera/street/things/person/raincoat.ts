import type { Material, Mesh } from '../../engine/mesh.ts'
import { pick, type Random } from '../making/chance.ts'
import { paint } from '../making/paint.ts'
import { meshOf } from '../making/shape.ts'
import type { Body } from './body.ts'
import { shell } from './hair.ts'
import { arm } from './limbs.ts'
import type { Posture } from './pose.ts'
import type { Skeleton } from './skeleton.ts'
import { skirt, trunk } from './trunk.ts'

const FOILS = [
  '#2a3f8a',
  '#7a2a6a',
  '#b8262c',
  '#2f7a5a',
  '#d8c83a',
  '#c8d0d4',
  '#5a6068',
  '#d86a9a',
  '#2a8ab0',
] as const

export function raincoatMaterial(random: Random): Material {
  return { colour: paint(pick(random, FOILS)), gloss: 0.55 }
}

/** Wide, with a hood, over everything. */
export function raincoat(body: Body, skeleton: Skeleton, posture: Posture, material: Material): Mesh {
  const hood = shell(body, skeleton.head, {
    edge: (angle) => (angle < 0.9 ? 0.86 : angle < 1.4 ? 0.3 : -0.12),
    off: (share) => 0.16 + 0.06 * share,
  })
  const sleeves = ([0, 1] as const).map((i) =>
    arm(body, skeleton.arms[i], skeleton.chest.side, { from: -0.1, to: 1.9, ease: [0.045, 0.055] }),
  )
  return meshOf(
    material,
    trunk(body, skeleton, posture, { from: 0.05, to: 1.1, ease: [0.1, 0.03] }),
    skirt(body, skeleton, posture, { from: 0.4, length: 1.25, ease: 0.085, flare: 0.08 }),
    ...sleeves,
    hood,
  )
}
