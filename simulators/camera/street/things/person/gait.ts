/** Angles of a normal walk over one cycle from heel strike to heel strike, in degrees, every tenth of it. */
const HIP = [30, 26, 18, 8, -2, -10, -4, 14, 28, 33]
const KNEE = [5, 16, 16, 9, 6, 12, 38, 60, 45, 12]
const ANKLE = [0, -5, 3, 7, 10, 4, -18, -6, 1, 1]

interface LegAngles {
  /** Thigh to the front of straight down, in radians. */
  readonly hip: number
  readonly knee: number
  /** Toes up of square to the shin. */
  readonly ankle: number
}

/** Of one leg; the other is half a cycle later. `vigour` 1 is a normal pace. */
export function legAngles(phase: number, vigour: number): LegAngles {
  return {
    hip: degrees(4 + (curve(HIP, phase) - 4) * vigour),
    knee: degrees(curve(KNEE, phase) * (0.4 + 0.6 * vigour)),
    ankle: degrees(curve(ANKLE, phase) * vigour),
  }
}

/** How far one cycle goes at a leg's length. */
export function strideOf(leg: number, vigour: number): number {
  return 2 * leg * (Math.sin(degrees(4 + 26 * vigour)) - Math.sin(degrees(4 - 14 * vigour)))
}

/** Through the points smoothly, and round. */
function curve(points: readonly number[], phase: number): number {
  const at = (phase - Math.floor(phase)) * points.length
  const i = Math.floor(at)
  const t = at - i
  const p = (k: number) => points[(i + k + points.length) % points.length] ?? 0
  const [a, b, c, d] = [p(-1), p(0), p(1), p(2)]
  return b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)))
}

export function degrees(angle: number): number {
  return (angle / 180) * Math.PI
}
