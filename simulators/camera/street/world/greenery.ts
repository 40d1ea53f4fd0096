import { between } from '../things/making/chance.ts'
import { makeHedge } from './furniture.ts'
import type { Strip } from './strips.ts'
import { makeTree } from './tree.ts'
import { HALF_LENGTH_M, put, type Yard } from './yard.ts'

const HEDGE_M = 5

/** Trees on grass; on a narrow strip between two roads a hedge too. */
export function plant(yard: Yard, { near, far, height: y }: Strip): void {
  const { random, leaves, palette } = yard
  for (let x = -HALF_LENGTH_M; x < HALF_LENGTH_M; x += between(random, 3, 9)) {
    put(yard, makeTree(random, leaves), { x, y, z: near + between(random, 0.2, 0.8) * (far - near) })
  }
  if (far - near > 3) return
  const hedge = makeHedge(random, HEDGE_M, {
    colour: [0.3, 0.4, 0.22],
    texture: palette.ground('grass', random),
  })
  for (let x = -HALF_LENGTH_M; x < HALF_LENGTH_M; x += HEDGE_M + 0.5) {
    put(yard, hedge, { x, y, z: (near + far) / 2 })
  }
}
