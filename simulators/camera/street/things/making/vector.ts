export type Vector = readonly [x: number, y: number, z: number]

export const UP: Vector = [0, 1, 0]

export function plus(a: Vector, b: Vector, times = 1): Vector {
  return [a[0] + b[0] * times, a[1] + b[1] * times, a[2] + b[2] * times]
}

export function minus(a: Vector, b: Vector): Vector {
  return [a[0] - b[0], a[1] - b[1], a[2] - b[2]]
}

export function times(a: Vector, factor: number): Vector {
  return [a[0] * factor, a[1] * factor, a[2] * factor]
}

export function dot(a: Vector, b: Vector): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

export function cross(a: Vector, b: Vector): Vector {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
}

export function long(a: Vector): number {
  return Math.sqrt(dot(a, a))
}

export function apart(a: Vector, b: Vector): number {
  return long(minus(a, b))
}

/** Up, where there is no direction to keep. */
export function unit(a: Vector): Vector {
  const size = long(a)
  return size > 1e-9 ? times(a, 1 / size) : UP
}

export function mix(a: Vector, b: Vector, share: number): Vector {
  return [a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share, a[2] + (b[2] - a[2]) * share]
}

/** What of `a` is square to the direction `along`. */
export function squareTo(along: Vector, a: Vector): Vector {
  return unit(plus(a, along, -dot(a, along)))
}

/** Turned by an angle about a unit axis. */
export function turn(a: Vector, axis: Vector, angle: number): Vector {
  const c = Math.cos(angle)
  const s = Math.sin(angle)
  const k = dot(axis, a) * (1 - c)
  const side = cross(axis, a)
  return [
    a[0] * c + side[0] * s + axis[0] * k,
    a[1] * c + side[1] * s + axis[1] * k,
    a[2] * c + side[2] * s + axis[2] * k,
  ]
}
