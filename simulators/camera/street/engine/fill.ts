/** Where triangles are filled in: the greatest depth wins. */
export interface Target {
  readonly width: number
  readonly height: number
  /** Linear across a triangle: 1 / distance in perspective, and 0 where nothing is. */
  readonly depth: Float32Array
  /** Which triangle is seen there. */
  readonly triangle?: Int32Array
}

/** The holes of a triangle: u, v and 1, all by what is linear across the picture, as planes a·x + b·y + c. */
export interface Holes {
  readonly planes: Float64Array
  readonly width: number
  readonly height: number
  readonly rgba: Uint8ClampedArray
}

/** What is counted of one object, whether hidden by others or not. */
export interface Count {
  /** Who was there last, so that no sample counts twice. */
  readonly stamp: Uint16Array
  readonly object: number
  samples: number
}

/**
 * Fills the samples whose centre lies inside. Edges shared by two triangles are computed to the same last bit, so that
 * neither gap nor overlap is between them. A corner is x, y, depth in the list: numbers in a list cost nothing to hand over.
 */
// oxlint-disable-next-line max-params
export function fill(
  { width, height, depth, triangle }: Target,
  corners: Float64Array,
  a: number,
  b: number,
  c: number,
  id: number,
  count: Count | undefined,
  holes: Holes | undefined,
): void {
  const ax = corners[3 * a] as number
  const ay = corners[3 * a + 1] as number
  const az = corners[3 * a + 2] as number
  const bx = corners[3 * b] as number
  const by = corners[3 * b + 1] as number
  const bz = corners[3 * b + 2] as number
  const cx = corners[3 * c] as number
  const cy = corners[3 * c + 1] as number
  const cz = corners[3 * c + 2] as number
  const area = (bx - ax) * (cy - ay) - (cx - ax) * (by - ay)
  if (!(area > 0)) return
  const top = Math.max(0, Math.ceil(Math.min(ay, by, cy) - 0.5))
  const bottom = Math.min(height - 1, Math.ceil(Math.max(ay, by, cy) - 0.5) - 1)
  if (top > bottom || Math.min(ax, bx, cx) >= width || Math.max(ax, bx, cx) <= 0) return
  const zx = ((bz - az) * (cy - ay) - (cz - az) * (by - ay)) / area
  const zy = ((cz - az) * (bx - ax) - (bz - az) * (cx - ax)) / area
  const z0 = az - zx * ax - zy * ay
  const ab = ay - by
  const bc = by - cy
  const ca = cy - ay
  const abC = ax * by - bx * ay
  const bcC = bx * cy - cx * by
  const caC = cx * ay - ax * cy
  for (let row = top; row <= bottom; row++) {
    const y = row + 0.5
    let left = 0
    let right = width
    const abAt = (bx - ax) * y + abC
    const bcAt = (cx - bx) * y + bcC
    const caAt = (ax - cx) * y + caC
    if (ab > 0) left = Math.max(left, Math.ceil(-abAt / ab - 0.5))
    else if (ab < 0) right = Math.min(right, Math.ceil(-abAt / ab - 0.5))
    if (bc > 0) left = Math.max(left, Math.ceil(-bcAt / bc - 0.5))
    else if (bc < 0) right = Math.min(right, Math.ceil(-bcAt / bc - 0.5))
    if (ca > 0) left = Math.max(left, Math.ceil(-caAt / ca - 0.5))
    else if (ca < 0) right = Math.min(right, Math.ceil(-caAt / ca - 0.5))
    if (left >= right) continue
    let z = zx * (left + 0.5) + zy * y + z0
    const start = row * width
    if (holes) {
      const { planes, rgba } = holes
      const [ux = 0, uy = 0, u0 = 0, vx = 0, vy = 0, v0 = 0, qx = 0, qy = 0, q0 = 0] = planes
      for (let x = left; x < right; x++, z += zx) {
        if (z <= (depth[start + x] as number)) continue
        const q = qx * (x + 0.5) + qy * y + q0
        const u = (ux * (x + 0.5) + uy * y + u0) / q
        const v = (vx * (x + 0.5) + vy * y + v0) / q
        const column = Math.floor((u - Math.floor(u)) * holes.width)
        const line = Math.floor((v - Math.floor(v)) * holes.height)
        if ((rgba[4 * (line * holes.width + column) + 3] as number) < 128) continue
        depth[start + x] = z
        if (triangle) triangle[start + x] = id
        if (count) see(count, start + x)
      }
    } else if (count) {
      const { stamp, object } = count
      let samples = 0
      for (let i = start + left; i < start + right; i++, z += zx) {
        if (stamp[i] !== object) {
          stamp[i] = object
          samples += 1
        }
        if (z <= (depth[i] as number)) continue
        depth[i] = z
        if (triangle) triangle[i] = id
      }
      count.samples += samples
    } else if (triangle) {
      for (let i = start + left; i < start + right; i++, z += zx) {
        if (z <= (depth[i] as number)) continue
        depth[i] = z
        triangle[i] = id
      }
    } else {
      for (let i = start + left; i < start + right; i++, z += zx) if (z > (depth[i] as number)) depth[i] = z
    }
  }
}

function see(count: Count, i: number): void {
  if (count.stamp[i] === count.object) return
  count.stamp[i] = count.object
  count.samples += 1
}
