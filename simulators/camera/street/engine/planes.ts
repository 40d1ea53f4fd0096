import type { Geometry } from './geometry.ts'
import type { View } from './view.ts'

/**
 * How much of each corner of a triangle a sample sees, divided by its distance: three planes a·x + b·y + c over the
 * samples of a picture. Their sum is 1 / distance. Holds for corners behind the viewer too.
 */
export type CornerPlanes = Float64Array

const corner = new Float64Array(9)

export function cornerPlanes(
  view: View,
  { positions, corners }: Geometry,
  triangle: number,
  { width, height }: { readonly width: number; readonly height: number },
  planes: CornerPlanes,
): void {
  const { eye, right, up, ahead } = view
  for (let i = 0; i < 3; i++) {
    const from = 3 * (corners[3 * triangle + i] as number)
    const dx = (positions[from] as number) - eye[0]
    const dy = (positions[from + 1] as number) - eye[1]
    const dz = (positions[from + 2] as number) - eye[2]
    corner[3 * i] = dx * right[0] + dy * right[1] + dz * right[2]
    corner[3 * i + 1] = dx * up[0] + dy * up[1] + dz * up[2]
    corner[3 * i + 2] = dx * ahead[0] + dy * ahead[1] + dz * ahead[2]
  }
  const [ax = 0, ay = 0, az = 0, bx = 0, by = 0, bz = 0, cx = 0, cy = 0, cz = 0] = corner
  const det = ax * (by * cz - bz * cy) - ay * (bx * cz - bz * cx) + az * (bx * cy - by * cx)
  const scale = view.width / width
  // Each row is the cross product of the two other corners.
  const row = (i: number, px: number, py: number, pz: number) => {
    const [x, y, z] = [px / det, py / det, pz / det]
    planes[3 * i] = x * scale
    planes[3 * i + 1] = -y * scale
    planes[3 * i + 2] = z + scale * ((y * height) / 2 - (x * width) / 2)
  }
  row(0, by * cz - bz * cy, bz * cx - bx * cz, bx * cy - by * cx)
  row(1, cy * az - cz * ay, cz * ax - cx * az, cx * ay - cy * ax)
  row(2, ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx)
}
