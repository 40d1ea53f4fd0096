import { loft, type Ring } from '../making/loft.ts'
import type { Shape } from '../making/shape.ts'

/** A vehicle's outline seen from its side, in metres: its front is at -length / 2. */
export interface Profile {
  readonly length: number
  readonly width: number
  /** Of the sills over the ground. */
  readonly sill: number
  /** Along its length (0 front, 1 back): how high the bonnet, the waist under the windows and the boot are. */
  readonly waist: readonly (readonly [along: number, height: number])[]
  readonly roof: number
  /** Where the windows begin and end at the waist, and at the roof. */
  readonly cabin: { readonly waist: readonly [number, number]; readonly roof: readonly [number, number] }
  readonly wheels: readonly number[]
  readonly wheel: number
}

/** Up to the waist, with arches over its wheels. */
export function lowerBody(profile: Profile): Shape {
  const { length, width, sill, wheels, wheel } = profile
  const arch = (wheel * 1.16) / length
  const stations = new Set([0, 0.012, 0.04, 0.1, 0.88, 0.96, 0.988, 1, ...profile.waist.map(([at]) => at)])
  for (const at of wheels)
    for (const step of [-1.02, -0.98, -0.8, -0.45, 0, 0.45, 0.8, 0.98, 1.02]) stations.add(at + step * arch)
  const rings = [...stations]
    .filter((at) => at >= 0 && at <= 1)
    .sort((a, b) => a - b)
    .map((at): Ring => {
      const end = Math.min(at, 1 - at)
      const tuck = end < 0.1 ? 1 - 0.14 * (1 - end / 0.1) ** 2 : 1
      const top = heightAt(profile.waist, at) - (end < 0.02 ? 0.1 * (1 - end / 0.02) : 0)
      const near = Math.min(...wheels.map((axle) => Math.abs(at - axle)))
      const arched = near < arch ? wheel + Math.sqrt(arch ** 2 - near ** 2) * length : 0
      const bottom = Math.max(sill + (end < 0.02 ? 0.1 * (1 - end / 0.02) : 0), arched)
      return {
        at: [0, (top + bottom) / 2, (at - 0.5) * length],
        side: [(width / 2) * tuck, 0, 0],
        front: [0, (top - bottom) / 2, 0],
      }
    })
  return loft(rings, { sides: 12, square: 5.5 })
}

export function heightAt(points: readonly (readonly [number, number])[], at: number): number {
  const after = points.findIndex(([place]) => place >= at)
  const [a, b] = [points[Math.max(0, after - 1)], points[after < 0 ? points.length - 1 : after]]
  if (!a || !b) return 0
  return b[0] === a[0] ? b[1] : a[1] + (b[1] - a[1]) * Math.max(0, Math.min(1, (at - a[0]) / (b[0] - a[0])))
}

/** From the waist to the roof between two shares of the height; `out` makes it a little larger than the glass. */
export function cabin(profile: Profile, from: number, to: number, out = 0): Shape {
  const { length, width, roof } = profile
  const ring = (share: number, narrow = 1): Ring => {
    const [start, end] = [0, 1].map((k) => {
      const [low, high] = [profile.cabin.waist[k] ?? 0, profile.cabin.roof[k] ?? 0]
      return (low + (high - low) * share - 0.5) * length
    }) as [number, number]
    const waist = heightAt(profile.waist, 0.5) - 0.05
    const half = (width / 2) * (0.955 - 0.14 * share ** 1.5)
    return {
      at: [0, waist + (roof - waist) * share, (start + end) / 2],
      side: [(half + out) * narrow, 0, 0],
      front: [0, 0, -((end - start) / 2 + out) * narrow],
    }
  }
  const rings =
    to < 1
      ? [ring(from), ring((from + to) / 2), ring(to)]
      : [ring(from), ring((from + to) / 2), ring(0.985), { ...ring(1, 0.93) }]
  return loft(rings, { sides: 20, square: 7 })
}
