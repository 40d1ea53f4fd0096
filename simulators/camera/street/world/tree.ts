import type { Material, Texture, Thing } from '../engine/mesh.ts'
import type { Vector } from '../engine/vector.ts'
import { between, type Random } from '../things/making/chance.ts'
import { Solids } from './solids.ts'

const BARK: Material = { colour: [0.12, 0.09, 0.06] }

/** A trunk with boughs, and tufts of leaves about it. */
export function makeTree(random: Random, leaves: Texture): Thing {
  const solids = new Solids()
  const height = between(random, 2.2, 3.2)
  const crown = between(random, 1.4, 2.6)
  const thick = between(random, 0.08, 0.17)
  solids.tube(BARK, [0, 0, 0], [0, height, 0], [thick, thick * 0.7])
  const green = between(random, 0.5, 1)
  const foliage: Material = { colour: [0.75 * green, 0.9 * green, 0.6 * green], texture: leaves }
  const tufts = Math.round(crown * 14)
  for (let i = 0; i < tufts; i++) {
    const angle = random() * 2 * Math.PI
    const lift = Math.acos(1 - 2 * random()) - Math.PI / 2
    const out = crown * Math.cbrt(between(random, 0.15, 1))
    const at: Vector = [
      Math.cos(angle) * Math.cos(lift) * out,
      height + crown * 0.55 + Math.sin(lift) * out * 0.75,
      Math.sin(angle) * Math.cos(lift) * out,
    ]
    if (i < 5) solids.tube(BARK, [0, height * 0.95, 0], at, [thick * 0.6, 0.02], 5)
    addTuft(solids, foliage, random, at, crown)
  }
  return { parts: [{ meshes: solids.meshes().map(lightened) }] }

  /** Leaves are lit as the whole crown is, else each tuft would show its plane. */
  function lightened(mesh: ReturnType<Solids['meshes']>[number]) {
    if (mesh.material !== foliage) return mesh
    const { positions, normals } = mesh
    for (let i = 0; i < positions.length; i += 3) {
      const d: Vector = [
        positions[i] ?? 0,
        (positions[i + 1] ?? 0) - height - crown * 0.3,
        positions[i + 2] ?? 0,
      ]
      const length = Math.hypot(...d) || 1
      for (const k of [0, 1, 2] as const) normals[i + k] = d[k] / length
    }
    return mesh
  }
}

function addTuft(solids: Solids, foliage: Material, random: Random, [x, y, z]: Vector, crown: number): void {
  const size = crown * between(random, 0.35, 0.6)
  const [turn, tilt] = [random() * Math.PI, between(random, -0.9, 0.9)]
  const right: Vector = [Math.cos(turn) * size, 0, Math.sin(turn) * size]
  const up: Vector = [
    -Math.sin(turn) * Math.sin(tilt) * size,
    Math.cos(tilt) * size,
    Math.cos(turn) * Math.sin(tilt) * size,
  ]
  const corner = (u: number, v: number): Vector => [
    x + u * right[0] + v * up[0],
    y + u * right[1] + v * up[1],
    z + u * right[2] + v * up[2],
  ]
  const [a, b, c, d] = [corner(-1, -1), corner(1, -1), corner(1, 1), corner(-1, 1)]
  solids.quad(foliage, [a, b, c, d])
  solids.quad(foliage, [b, a, d, c])
}

/** Many leaves on a clear ground. */
export function leavesTexture(random: Random): Texture {
  const size = 64
  const rgba = new Uint8ClampedArray(4 * size * size)
  for (let i = 0; i < 150; i++) {
    const angle = random() * 2 * Math.PI
    const far = Math.sqrt(random()) * 26
    const [cx, cy] = [32 + Math.cos(angle) * far, 32 + Math.sin(angle) * far]
    const [lean, long, wide] = [random() * Math.PI, between(random, 3, 5.5), between(random, 1.2, 2.2)]
    const light = between(random, 0.5, 1.2)
    for (let y = Math.floor(cy - 6); y <= cy + 6; y++) {
      for (let x = Math.floor(cx - 6); x <= cx + 6; x++) {
        if (x < 0 || y < 0 || x >= size || y >= size) continue
        const [dx, dy] = [x - cx, y - cy]
        const [along, across] = [
          dx * Math.cos(lean) + dy * Math.sin(lean),
          dy * Math.cos(lean) - dx * Math.sin(lean),
        ]
        if ((along / long) ** 2 + (across / wide) ** 2 > 1) continue
        rgba.set([95 * light, 120 * light, 55 * light, 255], 4 * (y * size + x))
      }
    }
  }
  return { width: size, height: size, rgba }
}
