/** Smooth noise in space, within [-1, 1], the same for the same key. */
export function noise(key: number): (x: number, y: number, z: number) => number {
  const value = (x: number, y: number, z: number) => {
    let h = Math.imul(key ^ Math.imul(x, 0x1f12_3bb5), 0x85eb_ca6b)
    h = Math.imul(h ^ (h >>> 13) ^ Math.imul(y, 0x5bd1_e995), 0x2c1b_3c6d)
    h = Math.imul(h ^ (h >>> 12) ^ Math.imul(z, 0x3c6e_f372), 0x297a_2d39)
    return ((h ^ (h >>> 15)) >>> 0) / 2 ** 31 - 1
  }
  return (x, y, z) => {
    const xi = Math.floor(x)
    const yi = Math.floor(y)
    const zi = Math.floor(z)
    const u = ease(x - xi)
    const v = ease(y - yi)
    const w = ease(z - zi)
    const a = value(xi, yi, zi) * (1 - u) + value(xi + 1, yi, zi) * u
    const b = value(xi, yi + 1, zi) * (1 - u) + value(xi + 1, yi + 1, zi) * u
    const near = a * (1 - v) + b * v
    if (w === 0) return near
    const c = value(xi, yi, zi + 1) * (1 - u) + value(xi + 1, yi, zi + 1) * u
    const d = value(xi, yi + 1, zi + 1) * (1 - u) + value(xi + 1, yi + 1, zi + 1) * u
    return near * (1 - w) + (c * (1 - v) + d * v) * w
  }
}

function ease(t: number): number {
  return t * t * (3 - 2 * t)
}
