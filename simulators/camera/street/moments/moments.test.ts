import { beforeAll, expect, test } from 'vitest'
import { Buffers } from '../engine/buffers.ts'
import { LABELS } from '../engine/mesh.ts'
import { Palette } from '../world/palette.ts'
import { annotationsOf } from './coco.ts'
import { type Moment, takeMoment } from './moment.ts'

const size = { width: 160, height: 90 }
const buffers = new Buffers(size)
const palette = new Palette()
let moments: readonly Moment[]
beforeAll(() => {
  moments = Array.from({ length: 12 }, (_, seed) => takeMoment(seed, buffers, palette))
}, 120_000)

test('a moment is the same for the same seed, whatever was seen before', () => {
  const again = takeMoment(3, new Buffers(size), new Palette())
  expect(Buffer.from(again.rgb).equals(Buffer.from(moments[3]?.rgb ?? []))).toBe(true)
  expect(again.sights).toEqual(moments[3]?.sights)
  expect(Buffer.from(again.rgb).equals(Buffer.from(moments[4]?.rgb ?? []))).toBe(false)
})

test('boxes lie in the picture, and more than nothing is seen in each', () => {
  const sights = moments.flatMap((moment) => moment.sights)
  expect(new Set(sights.map(({ label }) => label)).size).toBeGreaterThanOrEqual(5)
  for (const {
    box: [x1, y1, x2, y2],
    visible,
  } of sights) {
    expect(Math.min(x1, y1, size.width - x2, size.height - y2)).toBeGreaterThanOrEqual(0)
    expect(Math.min(x2 - x1, y2 - y1)).toBeGreaterThan(0)
    expect(visible).toBeGreaterThan(0)
    expect(visible).toBeLessThanOrEqual(1)
  }
})

test('annotations are what COCO asks for, and leave out what nobody can see', () => {
  const pictures = moments.map(({ sights, weather }, i) => ({
    id: i + 1,
    file: `${i}.jpg`,
    ...size,
    weather,
    sights,
  }))
  const { images, annotations, categories } = annotationsOf(pictures)
  expect(categories.map(({ name }) => name)).toEqual(LABELS)
  expect(new Set(annotations.map(({ id }) => id)).size).toBe(annotations.length)
  const ids = new Set(images.map(({ id }) => id))
  for (const { image_id, category_id, bbox, iscrowd, visible } of annotations) {
    expect(ids.has(image_id)).toBe(true)
    expect(category_id).toBeGreaterThanOrEqual(1)
    expect(category_id).toBeLessThanOrEqual(LABELS.length)
    if (iscrowd === 0) expect(Math.min(...bbox.slice(2)) >= 8 && visible >= 0.3).toBe(true)
  }
  expect(annotations.filter(({ iscrowd }) => iscrowd === 0).length).toBeGreaterThan(20)
})
