import type { Shape } from './shape.ts'
import type { Vector } from './vector.ts'

/**
 * A skin over rows and columns of points, smooth where they are smooth. Seen from outside the columns go to the right and
 * the rows up; `flipped` where they do not. Equal rows one after another make a crease.
 */
export function grid(
  rows: readonly (readonly Vector[])[],
  { around = false, flipped = false, wide = 1, high = 1 } = {},
): Shape {
  const columns = rows[0]?.length ?? 0
  const across = around ? columns + 1 : columns
  const shape: Shape = { positions: [], normals: [], uvs: [], indices: [] }
  rows.forEach((row, r) => {
    for (let c = 0; c < across; c++) {
      const [x, y, z] = row[c === columns ? 0 : c] ?? [0, 0, 0]
      shape.positions.push(x, y, z)
      shape.normals.push(0, 0, 0)
      shape.uvs.push((c / (across - 1)) * wide, (1 - r / Math.max(1, rows.length - 1)) * high)
    }
  })
  for (let r = 0; r + 1 < rows.length; r++) {
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
  for (let r = 0; r < rows.length; r++) {
    const first = r * across
    if (isPoint(rows[r] ?? [])) shareNormal(shape.normals, first, across, 1)
    else if (around) shareNormal(shape.normals, first, 2, across - 1)
  }
  for (let i = 0; i < shape.normals.length; i += 3) makeUnit(shape.normals, i)
  return shape
}

/** Adds its normal to those of its corners; a triangle without area is left out. */
function addFace({ positions: p, normals, indices }: Shape, a: number, b: number, c: number): void {
  const [i, j, k] = [a * 3, b * 3, c * 3]
  const [x = 0, y = 0, z = 0] = [p[i], p[i + 1], p[i + 2]]
  const [ux, uy, uz] = [(p[j] ?? 0) - x, (p[j + 1] ?? 0) - y, (p[j + 2] ?? 0) - z]
  const [vx, vy, vz] = [(p[k] ?? 0) - x, (p[k + 1] ?? 0) - y, (p[k + 2] ?? 0) - z]
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
  values[at] = (values[at] ?? 0) + x
  values[at + 1] = (values[at + 1] ?? 0) + y
  values[at + 2] = (values[at + 2] ?? 0) + z
}

function isPoint(row: readonly Vector[]): boolean {
  const [x, y, z] = row[0] ?? [0, 0, 0]
  return row.every((at) => Math.abs(at[0] - x) + Math.abs(at[1] - y) + Math.abs(at[2] - z) < 1e-7)
}

function shareNormal(normals: number[], first: number, count: number, step: number): void {
  for (let k = 0; k < 3; k++) {
    let sum = 0
    for (let i = 0; i < count; i++) sum += normals[(first + i * step) * 3 + k] ?? 0
    for (let i = 0; i < count; i++) normals[(first + i * step) * 3 + k] = sum
  }
}

function makeUnit(normals: number[], at: number): void {
  const [x = 0, y = 0, z = 0] = [normals[at], normals[at + 1], normals[at + 2]]
  const size = Math.sqrt(x * x + y * y + z * z)
  const known = size > 1e-15
  normals[at] = known ? x / size : 0
  normals[at + 1] = known ? y / size : 1
  normals[at + 2] = known ? z / size : 0
}
