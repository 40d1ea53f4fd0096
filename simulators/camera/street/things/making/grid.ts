import type { Shape } from './shape.ts'
import type { Vector } from './vector.ts'

export interface GridForm {
  /** The last column goes on with the first. */
  readonly around?: boolean
  /** Seen from outside the columns go to the right and the rows up, or else it is flipped. */
  readonly flipped?: boolean
  /** How often the texture goes along a row, and over all rows. */
  readonly wide?: number
  readonly high?: number
}

/** A skin over rows and columns of points, smooth where they are smooth; equal rows one after another make a crease. */
export function grid(rows: readonly (readonly Vector[])[], form: GridForm = {}): Shape {
  const points: number[] = []
  for (const row of rows) for (const at of row) points.push(at[0], at[1], at[2])
  return skin(points, rows[0]?.length ?? 0, form)
}

/** The same over points one after another, three numbers each. */
export function skin(points: readonly number[], columns: number, form: GridForm): Shape {
  const { around = false, flipped = false, wide = 1, high = 1 } = form
  const rows = points.length / 3 / columns
  const across = around ? columns + 1 : columns
  const shape: Shape = { positions: [], normals: [], uvs: [], indices: [] }
  const { positions, normals, uvs } = shape
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < across; c++) {
      const from = 3 * (r * columns + (c === columns ? 0 : c))
      positions.push(points[from] as number, points[from + 1] as number, points[from + 2] as number)
      normals.push(0, 0, 0)
      uvs.push((c / (across - 1)) * wide, (1 - r / Math.max(1, rows - 1)) * high)
    }
  }
  for (let r = 0; r + 1 < rows; r++) {
    for (let c = 0; c + 1 < across; c++) {
      const a = r * across + c
      const up = a + across
      if (flipped) {
        addFace(shape, a, up + 1, a + 1)
        addFace(shape, a, up, up + 1)
      } else {
        addFace(shape, a, a + 1, up + 1)
        addFace(shape, a, up + 1, up)
      }
    }
  }
  for (let r = 0; r < rows; r++) {
    const first = r * across
    if (isPoint(positions, first, across)) shareNormal(normals, first, across, 1)
    else if (around) shareNormal(normals, first, 2, across - 1)
  }
  for (let i = 0; i < normals.length; i += 3) makeUnit(normals, i)
  return shape
}

/** Adds its normal to those of its corners; a triangle without area is left out. */
function addFace({ positions: p, normals, indices }: Shape, a: number, b: number, c: number): void {
  const i = a * 3
  const j = b * 3
  const k = c * 3
  const x = p[i] as number
  const y = p[i + 1] as number
  const z = p[i + 2] as number
  const ux = (p[j] as number) - x
  const uy = (p[j + 1] as number) - y
  const uz = (p[j + 2] as number) - z
  const vx = (p[k] as number) - x
  const vy = (p[k + 1] as number) - y
  const vz = (p[k + 2] as number) - z
  // z points away from the viewer, so that the outer normal of a counter-clockwise triangle is v × u.
  const nx = vy * uz - vz * uy
  const ny = vz * ux - vx * uz
  const nz = vx * uy - vy * ux
  if (nx * nx + ny * ny + nz * nz < 1e-22) return
  indices.push(a, b, c)
  add(normals, i, nx, ny, nz)
  add(normals, j, nx, ny, nz)
  add(normals, k, nx, ny, nz)
}

function add(values: number[], at: number, x: number, y: number, z: number): void {
  values[at] = (values[at] as number) + x
  values[at + 1] = (values[at + 1] as number) + y
  values[at + 2] = (values[at + 2] as number) + z
}

function isPoint(positions: readonly number[], first: number, count: number): boolean {
  for (let i = 3 * first + 3; i < 3 * (first + count); i++) {
    if (Math.abs((positions[i] as number) - (positions[i - 3] as number)) > 1e-7) return false
  }
  return true
}

function shareNormal(normals: number[], first: number, count: number, step: number): void {
  for (let k = 0; k < 3; k++) {
    let sum = 0
    for (let i = 0; i < count; i++) sum += normals[(first + i * step) * 3 + k] as number
    for (let i = 0; i < count; i++) normals[(first + i * step) * 3 + k] = sum
  }
}

function makeUnit(normals: number[], at: number): void {
  const x = normals[at] as number
  const y = normals[at + 1] as number
  const z = normals[at + 2] as number
  const size = Math.sqrt(x * x + y * y + z * z)
  const known = size > 1e-15
  normals[at] = known ? x / size : 0
  normals[at + 1] = known ? y / size : 1
  normals[at + 2] = known ? z / size : 0
}
