import { describe, expect, it } from 'vitest'
import { keyOf, randomStream } from '../../../signal.ts'
import { LABELS, type Mesh, type Thing } from '../engine/mesh.ts'
import { bin } from './bin.ts'
import { CLUTTER, clutter } from './clutter/clutter.ts'
import { DECOYS, decoy } from './clutter/decoy.ts'
import { garbage } from './garbage/garbage.ts'
import { KINDS } from './person/outfit.ts'
import { person } from './person/person.ts'
import type { Pose } from './person/pose.ts'
import { stall } from './stall/stall.ts'
import { twoWheeler } from './vehicle/two-wheeler.ts'
import { vehicle } from './vehicle/vehicle.ts'

const POSES: readonly Pose[] = [
  ...[0, 0.13, 0.3, 0.5, 0.72, 0.9].map((phase): Pose => ({ doing: 'walking', phase })),
  { doing: 'standing', phase: 0.2 },
  { doing: 'talking', phase: 0.7 },
  { doing: 'phoning', phase: 0.4 },
  { doing: 'sitting', phase: 0.1, seat: 0.42 },
  { doing: 'sitting', phase: 0.6, seat: 0.22 },
  { doing: 'squatting', phase: 0.5 },
  { doing: 'bending', depth: 0.4 },
  { doing: 'bending', depth: 1 },
  { doing: 'carrying', phase: 0.8 },
  { doing: 'pushing', phase: 0.3, handle: 0.95 },
  { doing: 'sweeping', phase: 0.3 },
]
const SEEDS = Array.from({ length: 21 }, (_, seed) => seed)

function stream(seed: number, name: string) {
  return randomStream(keyOf(seed, name))
}

function meshesOf(thing: Thing): readonly Mesh[] {
  return thing.parts.flatMap((part) => part.meshes)
}

function triangles(thing: Thing): number {
  return meshesOf(thing).reduce((sum, mesh) => sum + mesh.indices.length / 3, 0)
}

function bounds(meshes: readonly Mesh[], axis: 0 | 1 | 2): readonly [low: number, high: number] {
  let [low, high] = [Infinity, -Infinity]
  for (const { positions } of meshes) {
    for (let i = axis; i < positions.length; i += 3) {
      low = Math.min(low, positions[i]!)
      high = Math.max(high, positions[i]!)
    }
  }
  return [low, high]
}

/** Its colours and its size: two of the same are seldom. */
function look(thing: Thing): string {
  const meshes = meshesOf(thing)
  return [...meshes.flatMap((mesh) => mesh.material.colour), ...bounds(meshes, 1)].join()
}

/** Nothing that would leave a hole or a black spot in a picture. */
function expectSound(thing: Thing): void {
  for (const part of thing.parts) {
    if (part.label !== undefined) expect(LABELS).toContain(part.label)
    expect(part.meshes.length).toBeGreaterThan(0)
  }
  for (const mesh of meshesOf(thing)) {
    const corners = mesh.positions.length / 3
    expect(mesh.normals.length).toBe(mesh.positions.length)
    expect(mesh.indices.length % 3).toBe(0)
    expect(mesh.indices.length).toBeGreaterThan(0)
    expect(mesh.positions.every(Number.isFinite)).toBe(true)
    expect(mesh.indices.every((index) => index < corners)).toBe(true)
    if (mesh.material.texture) {
      expect(mesh.uvs?.length).toBe(corners * 2)
      expect(mesh.material.texture.rgba.length).toBe(
        mesh.material.texture.width * mesh.material.texture.height * 4,
      )
    }
    for (let i = 0; i < mesh.normals.length; i += 3) {
      const size = Math.hypot(mesh.normals[i]!, mesh.normals[i + 1]!, mesh.normals[i + 2]!)
      if (Math.abs(size - 1) > 1e-3) expect(size).toBeCloseTo(1)
    }
    expect(mesh.material.colour.every((light) => Number.isFinite(light) && light >= 0 && light <= 1.3)).toBe(
      true,
    )
    expect(inwards(mesh)).toBeLessThan(0.25)
  }
}

/** Share of the triangles that run clockwise seen from where their corners' normals point. */
function inwards({ positions, normals, indices }: Mesh): number {
  let wrong = 0
  const at = (values: Float32Array, corner: number) =>
    [values[corner * 3]!, values[corner * 3 + 1]!, values[corner * 3 + 2]!] as const
  for (let i = 0; i < indices.length; i += 3) {
    const [a, b, c] = [indices[i]!, indices[i + 1]!, indices[i + 2]!]
    const [p, q, r] = [at(positions, a), at(positions, b), at(positions, c)]
    const [u, v] = [q.map((x, k) => x - p[k]!), r.map((x, k) => x - p[k]!)] as [number[], number[]]
    const outer = [
      v[1]! * u[2]! - v[2]! * u[1]!,
      v[2]! * u[0]! - v[0]! * u[2]!,
      v[0]! * u[1]! - v[1]! * u[0]!,
    ]
    const normal = [a, b, c].map((corner) => at(normals, corner))
    if (normal.reduce((sum, n) => sum + n[0] * outer[0]! + n[1] * outer[1]! + n[2] * outer[2]!, 0) < 0)
      wrong++
  }
  return wrong / (indices.length / 3)
}

describe('a person', () => {
  it('is sound in every pose and every kind', () => {
    for (const seed of SEEDS) {
      const kind = KINDS[seed % KINDS.length]
      const somebody = person(stream(seed, 'person'), kind)
      for (const pose of POSES) expectSound(somebody.thing(pose, seed % 5 === 0))
    }
  })

  it('has its feet on the ground, whatever it does', () => {
    for (const seed of SEEDS) {
      const somebody = person(stream(seed, 'person'), KINDS[seed % KINDS.length])
      for (const pose of POSES) {
        const [low] = bounds(somebody.thing(pose).parts[0]!.meshes, 1)
        expect([seed, pose, low, Math.abs(low) < 0.03]).toEqual([seed, pose, low, true])
      }
    }
  })

  it('is as tall standing as it says, and lower squatting than sitting', () => {
    for (const seed of SEEDS) {
      const somebody = person(stream(seed, 'person'), 'passer-by')
      const top = (pose: Pose) => bounds(somebody.thing(pose).parts[0]!.meshes, 1)[1]
      const standing = top({ doing: 'standing', phase: 0 })
      expect(standing).toBeGreaterThan(somebody.height * 0.94)
      expect(standing).toBeLessThan(somebody.height * 1.12)
      expect(top({ doing: 'sitting', phase: 0, seat: 0.42 })).toBeLessThan(standing * 0.86)
      expect(top({ doing: 'squatting', phase: 0 })).toBeLessThan(standing * 0.66)
    }
  })

  it('is the same for the same seed, and another for another', () => {
    const pose: Pose = { doing: 'walking', phase: 0.2 }
    const look = (seed: number) => meshesOf(person(stream(seed, 'person')).thing(pose))
    expect(look(3)).toEqual(look(3))
    const looks = new Set(
      SEEDS.map((seed) =>
        look(seed)
          .map((mesh) => mesh.material.colour.join())
          .join(),
      ),
    )
    expect(looks.size).toBe(SEEDS.length)
  })

  it('swings the other leg half a phase later', () => {
    const somebody = person(stream(8, 'person'))
    const across = (phase: number) => bounds(somebody.thing({ doing: 'walking', phase }).parts[0]!.meshes, 2)
    const [a, b] = [across(0.1), across(0.6)]
    expect(a[1] - a[0]).toBeCloseTo(b[1] - b[0], 1)
    const [together] = [across(0.3)]
    expect(a[1] - a[0]).toBeGreaterThan(together[1] - together[0])
  })

  it('is drawn with few triangles', () => {
    for (const seed of SEEDS) {
      const somebody = person(stream(seed, 'person'))
      for (const pose of POSES) expect(triangles(somebody.thing(pose))).toBeLessThanOrEqual(1_950)
    }
  })

  it('wears a raincoat where it needs both hands', () => {
    const somebody = person(stream(4, 'person'))
    const pose: Pose = { doing: 'pushing', phase: 0.2, handle: 0.95 }
    const [dry, wet] = [somebody.thing(pose), somebody.thing(pose, true)]
    expect(wet.parts.map((part) => part.label)).toEqual(['person'])
    expect(bounds(meshesOf(wet), 0)[1]).toBeGreaterThan(bounds(meshesOf(dry), 0)[1])
  })

  it('holds an umbrella over its head', () => {
    const thing = person(stream(4, 'person')).thing({ doing: 'walking', phase: 0 }, true)
    const [body, shade] = [thing.parts[0]!, thing.parts[1]!]
    expect(shade.label).toBe('umbrella')
    expect(bounds(shade.meshes, 1)[1]).toBeGreaterThan(bounds(body.meshes, 1)[1])
  })
})

interface Expected {
  readonly make: (seed: number) => Thing
  readonly label: string
  readonly size: readonly [least: number, most: number]
  readonly tall: readonly [least: number, most: number]
  readonly triangles: number
}

const KNOWN: Readonly<Record<string, Expected>> = {
  stall: {
    make: (seed) => stall(stream(seed, 'stall')),
    label: 'stall',
    size: [0.9, 4.2],
    tall: [0.02, 2.6],
    triangles: 4_000,
  },
  garbage: {
    make: (seed) => garbage(stream(seed, 'garbage'), 1),
    label: 'garbage',
    size: [0.3, 3],
    tall: [0.02, 2.1],
    triangles: 4_000,
  },
  bin: {
    make: (seed) => bin(stream(seed, 'bin'), seed % 2),
    label: 'bin',
    size: [0.4, 2],
    tall: [0.6, 2.3],
    triangles: 1_500,
  },
  vehicle: {
    make: (seed) => vehicle(stream(seed, 'vehicle')).thing(seed % 2 === 0),
    label: 'vehicle',
    size: [3.6, 11.5],
    tall: [1.35, 3.3],
    triangles: 4_000,
  },
  'two-wheeler': {
    make: (seed) => twoWheeler(stream(seed, 'two-wheeler')).thing({ phase: 0.3 }),
    label: 'two-wheeler',
    size: [1.4, 3.2],
    tall: [0.9, 1.9],
    triangles: 2_500,
  },
}

describe.each(Object.entries(KNOWN))('a %s', (_, { make, label, size, tall, triangles: most }) => {
  const made = SEEDS.map(make)

  it('is sound, and of few triangles', () => {
    for (const thing of made) {
      expectSound(thing)
      expect(triangles(thing)).toBeLessThanOrEqual(most)
    }
  })

  it('stands on the ground, and is as large as in life', () => {
    made.forEach((thing, seed) => {
      const [part] = thing.parts
      expect(part?.label).toBe(label)
      const [x, y, z] = [0, 1, 2].map((axis) => bounds(part!.meshes, axis as 0 | 1 | 2))
      expect([seed, Math.abs(y![0]) < 0.06 ? 0 : y![0]]).toEqual([seed, 0])
      expect(y![1]).toBeGreaterThan(tall[0])
      expect(y![1]).toBeLessThan(tall[1])
      const widest = Math.max(x![1] - x![0], z![1] - z![0])
      expect(widest).toBeGreaterThan(size[0])
      expect(widest).toBeLessThan(size[1])
    })
  })

  it('is the same for the same seed, and another for another', () => {
    expect(make(3)).toEqual(make(3))
    expect(new Set(made.map(look)).size).toBeGreaterThan(SEEDS.length * 0.9)
  })
})

describe('what belongs to a thing and is looked for by itself', () => {
  it('is a part beside it: the umbrella of a stall, the garbage of a full bin, the rider of a two-wheeler', () => {
    const stalls = SEEDS.flatMap((seed) => stall(stream(seed, 'stall')).parts.map((part) => part.label))
    expect(new Set(stalls)).toEqual(new Set(['stall', 'umbrella']))
    expect(bin(stream(1, 'bin'), 1.5).parts.map((part) => part.label)).toEqual(['bin', 'garbage'])
    expect(bin(stream(1, 'bin'), 0.5).parts.map((part) => part.label)).toEqual(['bin'])
    for (const seed of SEEDS) {
      const ridden = twoWheeler(stream(seed, 'two-wheeler')).thing({
        phase: 0,
        rider: person(stream(seed, 'rider')),
      })
      expect(ridden.parts.map((part) => part.label)).toEqual(['two-wheeler', 'person'])
      const [low] = bounds(ridden.parts[1]!.meshes, 1)
      expect(low).toBeGreaterThan(-0.05)
    }
  })
})

describe('what is not looked for', () => {
  const made = [
    ...CLUTTER.flatMap((kind) => SEEDS.map((seed) => clutter(stream(seed, kind), kind))),
    ...DECOYS.flatMap((kind) => SEEDS.map((seed) => decoy(stream(seed, kind), kind))),
  ]

  it('is sound, and has no label', () => {
    for (const thing of made) {
      expectSound(thing)
      expect(thing.parts.map((part) => part.label)).toEqual([undefined])
      expect(triangles(thing)).toBeLessThan(900)
    }
  })

  it('stands on the ground', () => {
    for (const thing of made) {
      const [low, high] = bounds(meshesOf(thing), 1)
      expect(Math.abs(low)).toBeLessThan(0.06)
      expect(high).toBeLessThan(2.6)
    }
  })
})
