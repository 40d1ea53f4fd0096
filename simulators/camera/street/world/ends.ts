import type { Material } from '../engine/mesh.ts'
import { between } from '../things/making/chance.ts'
import type { Strip } from './strips.ts'
import { TILE_M } from './surfaces/ground.ts'
import { HALF_LENGTH_M, type Yard } from './yard.ts'

/** Where the street goes on is seen only as more ground and the houses of other streets. */
export function closeEnds({ ground, solids, palette, random }: Yard, strips: readonly Strip[]): void {
  const [near, far] = [strips[0]?.near ?? 0, strips.at(-1)?.far ?? 0]
  const asphalt: Material = { colour: [0.8, 0.8, 0.8], texture: palette.ground('asphalt', random) }
  for (const side of [-1, 1]) {
    const beyond = side * (HALF_LENGTH_M + 60)
    const end = side * HALF_LENGTH_M
    const [left, right] = [Math.min(end, beyond), Math.max(end, beyond)]
    ground.floor(asphalt, [left, near - 30, right, far + 30], -0.01, TILE_M.asphalt)
    for (let z = near; z < far; z += 12) {
      const wall: Material = { colour: [0.75, 0.76, 0.8], texture: palette.storey(random) }
      const x = side * (HALF_LENGTH_M + between(random, 10, 35))
      const back = x + side * 8
      solids.box(wall, [Math.min(x, back), 0, z], [Math.max(x, back), between(random, 6, 30), z + 11], 3)
    }
  }
}
