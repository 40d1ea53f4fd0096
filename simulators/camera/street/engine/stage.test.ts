import { expect, test } from 'vitest'
import { Buffers } from './buffers.ts'
import type { Light } from './light.ts'
import type { Material, Mesh } from './mesh.ts'
import type { Placed } from './placed.ts'
import { Stage } from './stage.ts'
import { viewFrom } from './view.ts'

const size = { width: 96, height: 64 }
const view = viewFrom({ eye: [0, 3, 0], yaw: 0, pitch: 0.3, angle: 1 })
const light: Light = {
  sun: [0.6, 0.8, 0],
  sunColour: [1, 1, 1],
  sky: [0.3, 0.3, 0.3],
  horizon: [0.3, 0.3, 0.3],
  ground: [0.1, 0.1, 0.1],
  lamps: [],
  haze: 0,
  wetness: 0,
}
const GREY: Material = { colour: [0.5, 0.5, 0.5] }
const RED: Material = { colour: [0, 0, 0], glow: [9, 0, 0] }

function square(
  material: Material,
  corners: readonly (readonly number[])[],
  normal: readonly number[],
): Mesh {
  return {
    material,
    positions: Float32Array.from(corners.flat()),
    normals: Float32Array.from([normal, normal, normal, normal].flat()),
    indices: Uint32Array.of(0, 1, 2, 0, 2, 3),
  }
}

/** A board that stands on the ground and looks at the camera. */
function board(
  id: number,
  x: number,
  z: number,
  material = GREY,
  label: 'person' | 'bin' = 'person',
): Placed {
  const corners = [
    [-0.5, 0, 0],
    [0.5, 0, 0],
    [0.5, 2, 0],
    [-0.5, 2, 0],
  ]
  return {
    id,
    place: { x, z },
    thing: { parts: [{ label, meshes: [square(material, corners, [0, 0, -1])] }] },
  }
}

const far = [
  [-30, 0, 40],
  [30, 0, 40],
]
const ground: Placed = {
  id: 0,
  place: { x: 0, z: 0 },
  flat: true,
  thing: { parts: [{ meshes: [square(GREY, [[-30, 0, -5], [30, 0, -5], ...far.toReversed()], [0, 1, 0])] }] },
}

function stageWith(...still: Placed[]): Stage {
  return new Stage(new Buffers(size), {
    view,
    light,
    skyAt: () => [0.3, 0.3, 0.3],
    still: [ground, ...still],
  })
}

test('a box is drawn around exactly the pixels that a thing is seen in', () => {
  const picture = stageWith().pictureOf([board(7, 1, 8, RED)])
  const [sight] = picture.sights()
  const red = Array.from({ length: size.width * size.height }, (_, i) => i).filter(
    (i) => (picture.light[3 * i] ?? 0) > 1.5,
  )
  const [xs, ys] = [red.map((i) => i % size.width), red.map((i) => Math.floor(i / size.width))]
  expect(sight).toMatchObject({ id: 7, label: 'person', visible: 1 })
  const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = sight?.box ?? []
  expect([Math.floor(x1), Math.floor(y1)]).toEqual([Math.min(...xs), Math.min(...ys)])
  expect([Math.ceil(x2), Math.ceil(y2)]).toEqual([Math.max(...xs) + 1, Math.max(...ys) + 1])
})

test('of what is hidden, or beyond the edge, only a share is visible', () => {
  const sights = stageWith()
    .pictureOf([board(1, 0, 8), board(2, 0.5, 7.9), board(3, 4.37, 8)])
    .sights()
  const shares = new Map(sights.map(({ id, visible }) => [id, visible]))
  expect(shares.get(1)).toBeGreaterThan(0.4)
  expect(shares.get(1)).toBeLessThan(0.6)
  expect(shares.get(2)).toBe(1)
  expect(shares.get(3)).toBeGreaterThan(0.3)
  expect(shares.get(3)).toBeLessThan(0.7)
})

test('what moves hides what stands still', () => {
  const stage = stageWith(board(1, 0, 8, GREY, 'bin'))
  expect(stage.pictureOf([]).sights()).toMatchObject([{ id: 1, label: 'bin', visible: 1 }])
  const [bin, person] = stage.pictureOf([board(2, 0, 7)]).sights()
  expect(person).toMatchObject({ id: 2, label: 'person', visible: 1 })
  // Its upper edge is still seen over the other's head.
  expect(bin?.visible).toBeLessThan(0.15)
})

test('a picture is the same whatever was seen before it, with its shadows', () => {
  const still = board(1, -2, 9)
  const used = stageWith(still)
  for (const x of [-3, 0, 2.5]) used.pictureOf([board(2, x, 6), board(3, 1, 8 + x)])
  const moved = [board(2, -1, 7)]
  const again = used.pictureOf(moved)
  const fresh = stageWith(still).pictureOf(moved)
  expect(Buffer.from(again.light.buffer).equals(Buffer.from(fresh.light.buffer))).toBe(true)
  expect(again.sights()).toEqual(fresh.sights())
})

test('who stands in the sun darkens the ground beside him', () => {
  const stage = stageWith()
  const bare = Float32Array.from(stage.pictureOf([]).light)
  const { light: shaded } = stage.pictureOf([board(1, 0, 8)])
  const darker = bare.filter((value, i) => i % 3 === 0 && (shaded[i] ?? 0) < 0.5 * value).length
  expect(darker).toBeGreaterThan(20)
})
