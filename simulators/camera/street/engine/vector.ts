export type Vector = readonly [x: number, y: number, z: number]

export function dot(a: Vector, b: Vector): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

export function cross(a: Vector, b: Vector): Vector {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
}

export function unit(a: Vector): Vector {
  const length = Math.hypot(...a) || 1
  return [a[0] / length, a[1] / length, a[2] / length]
}

/** `a` and so much of `b`. */
export function plus(a: Vector, b: Vector, share = 1): Vector {
  return [a[0] + share * b[0], a[1] + share * b[1], a[2] + share * b[2]]
}
