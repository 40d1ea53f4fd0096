import type { Material } from '../../engine/mesh.ts'
import { box } from '../making/box.ts'
import { pick, type Random } from '../making/chance.ts'
import { lathe } from '../making/lathe.ts'
import { stick } from '../making/loft.ts'
import { paint, painted } from '../making/paint.ts'
import { type Piece, put } from '../making/piece.ts'
import type { VehicleKind } from './profiles.ts'
import { heightAt, type Profile } from './shell.ts'

const RUBBER: Material = { colour: [0.012, 0.012, 0.013] }
const TRIM: Material = { colour: [0.02, 0.02, 0.022], gloss: 0.3 }

/** The gaps of the doors, and their handles. */
export function doors({ length, width, sill, waist }: Profile, kind: VehicleKind): Piece[] {
  const places = kind === 'bus' ? [0.09, 0.13, 0.5, 0.55] : kind === 'truck' ? [0.24] : [0.3, 0.5, 0.7]
  return places.flatMap((at) => {
    const top = heightAt(waist, at) - 0.06
    const z = (at - 0.5) * length
    return [1, -1].flatMap((hand): Piece[] => [
      [TRIM, put(box(0.008, top - sill - 0.1, 0.014), [(hand * width) / 2, sill + 0.1, z])],
      [TRIM, put(box(0.03, 0.025, 0.14), [(hand * width) / 2, top - 0.1, z - 0.14])],
    ])
  })
}

export function pillars(profile: Profile, coat: Material, kind: VehicleKind): Piece[] {
  const { length, width, roof } = profile
  const many =
    kind === 'bus'
      ? [0, 0.14, 0.28, 0.42, 0.56, 0.7, 0.85, 1]
      : kind === 'truck'
        ? [0, 1]
        : kind === 'van' || kind === 'minibus'
          ? [0, 0.28, 0.62, 1]
          : [0, 0.42, 0.78, 1]
  const waist = heightAt(profile.waist, 0.5) - 0.03
  const thick = kind === 'bus' ? 0.05 : 0.035
  const { waist: low, roof: high } = profile.cabin
  return many.flatMap((share) => {
    const ends = share === 0 || share === 1
    // The outer pillars follow the panes, those between the doors stand upright.
    const below = low[0] + (low[1] - low[0]) * (0.025 + share * 0.95)
    const above = ends
      ? high[0] + (high[1] - high[0]) * (0.02 + share * 0.96)
      : Math.max(high[0], Math.min(high[1], below))
    const corner = ends ? 0.92 : 0.995
    return [1, -1].map((hand): Piece => {
      const foot = [(hand * width * 0.955 * corner) / 2, waist, (below - 0.5) * length] as const
      const top = [(hand * width * 0.83 * corner) / 2, roof - 0.05, (above - 0.5) * length] as const
      return [coat, stick(foot, top, thick, 4)]
    })
  })
}

export function undercarriage(random: Random, { length, width, sill, wheels, wheel }: Profile): Piece[] {
  const metal = paint(pick(random, ['#a8acb0', '#6a6e72', '#4a4c50', '#9a9ea2', '#2a2c2e']))
  const spokes = pick(random, [5, 6, 7, 10])
  const rim = painted(
    48,
    6,
    (u, v) => {
      const gap = (u * spokes) % 1 < 0.42 && v > 0.25 && v < 0.75
      return gap ? [0.012, 0.012, 0.013] : metal
    },
    0.6,
  )
  const half = wheel * 0.33
  const tyre = lathe(
    [
      [0, -half * 0.8],
      [wheel * 0.66, -half * 0.8],
      [wheel * 0.95, -half],
      [wheel, -half * 0.7],
      [wheel, half * 0.7],
      [wheel * 0.95, half],
      [wheel * 0.66, half * 0.8],
      [0, half * 0.8],
    ],
    16,
  )
  const disc = lathe(
    [
      [wheel * 0.66, 0.012],
      [wheel * 0.56, 0.005],
      [wheel * 0.2, 0.012],
      [wheel * 0.16, 0.03],
      [0, 0.03],
    ],
    12,
  )
  const pieces: Piece[] = [[TRIM, put(box(width * 0.86, 0.35, length * 0.9), [0, sill, 0])]]
  for (const at of wheels) {
    for (const hand of [1, -1]) {
      const place = [hand * (width / 2 - half * 1.05), wheel, (at - 0.5) * length] as const
      pieces.push([RUBBER, put(tyre, place, 0, 0, Math.PI / 2)])
      pieces.push([
        rim,
        put(disc, [place[0] + hand * half * 0.8, place[1], place[2]], 0, 0, (hand * Math.PI) / 2),
      ])
    }
  }
  return pieces
}

export function fittings(profile: Profile, lights: boolean, electric: boolean): Piece[] {
  const { length, width } = profile
  const nose = heightAt(profile.waist, 0.03)
  const tail = heightAt(profile.waist, 0.97)
  const white: Material = {
    colour: [0.75, 0.78, 0.8],
    gloss: 1,
    ...(lights ? { glow: [1.6, 1.55, 1.4] as const } : {}),
  }
  const red: Material = {
    colour: [0.35, 0.01, 0.015],
    gloss: 0.8,
    ...(lights ? { glow: [0.7, 0.04, 0.03] as const } : {}),
  }
  const plate: Material = { colour: electric ? paint('#8fd0a0') : paint('#1f4fb0'), gloss: 0.2 }
  const front = -length / 2
  const mirror = (hand: number): Piece => [
    TRIM,
    put(box(0.2, 0.14, 0.1), [
      hand * (width / 2 + 0.09),
      heightAt(profile.waist, 0.3) + 0.02,
      (profile.cabin.waist[0] + 0.07 - 0.5) * length,
    ]),
  ]
  const lamp = (material: Material, hand: number, y: number, z: number): Piece => [
    material,
    put(box(0.34, 0.15, 0.12), [hand * width * 0.35, y, z], -hand * 0.3 * Math.sign(z) * -1),
  ]
  return [
    lamp(white, 1, nose - 0.21, front + 0.1),
    lamp(white, -1, nose - 0.21, front + 0.1),
    lamp(red, 1, tail - 0.22, -front - 0.08),
    lamp(red, -1, tail - 0.22, -front - 0.08),
    [TRIM, put(box(width * 0.52, 0.16, 0.06), [0, nose - 0.24, front + 0.015])],
    [TRIM, put(box(width * 0.8, 0.16, 0.2), [0, profile.sill + 0.03, front + 0.07])],
    [TRIM, put(box(width * 0.8, 0.16, 0.2), [0, profile.sill + 0.03, -front - 0.07])],
    [plate, put(box(0.44, 0.14, 0.03), [0, nose - 0.4, front - 0.01])],
    [plate, put(box(0.44, 0.14, 0.03), [0, Math.max(profile.sill + 0.05, tail - 0.38), -front + 0.005])],
    mirror(1),
    mirror(-1),
  ]
}
