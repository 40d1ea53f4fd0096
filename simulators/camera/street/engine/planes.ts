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
  const ax = corner[0] as number
  const ay = corner[1] as number
  const az = corner[2] as number
  const bx = corner[3] as number
  const by = corner[4] as number
  const bz = corner[5] as number
  const cx = corner[6] as number
  const cy = corner[7] as number
  const cz = corner[8] as number
  // Each row of the inverse is the cross product of the two other corners.
  const px = by * cz - bz * cy
  const py = bz * cx - bx * cz
  const pz = bx * cy - by * cx
  const det = ax * px + ay * py + az * pz
  const scale = view.width / width
  setPlane(planes, 0, scale, width, height, px / det, py / det, pz / det)
  setPlane(
    planes,
    3,
    scale,
    width,
    height,
    (cy * az - cz * ay) / det,
    (cz * ax - cx * az) / det,
    (cx * ay - cy * ax) / det,
  )
  setPlane(
    planes,
    6,
    scale,
    width,
    height,
    (ay * bz - az * by) / det,
    (az * bx - ax * bz) / det,
    (ax * by - ay * bx) / det,
  )
}

/** Of rays through the picture plane, as planes over samples. */
// oxlint-disable-next-line max-params
function setPlane(
  planes: CornerPlanes,
  i: number,
  scale: number,
  width: number,
  height: number,
  x: number,
  y: number,
  z: number,
): void {
  planes[i] = x * scale
  planes[i + 1] = -y * scale
  planes[i + 2] = z + scale * ((y * height) / 2 - (x * width) / 2)
}
