import { describe, expect, test } from 'vitest'
import type { ModelInput } from './card.ts'
import { fitFor } from './fit.ts'
import type { Frame } from './frame.ts'

function frameOf(
  width: number,
  height: number,
  color: (x: number, y: number) => [number, number, number],
): Frame {
  const rgb = new Uint8Array(width * height * 3)
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) rgb.set(color(x, y), (y * width + x) * 3)
  return { width, height, rgb, at: 0 }
}

const input = (more: Partial<ModelInput> = {}): ModelInput => ({
  size: [8, 8],
  color: 'rgb',
  scale: 1,
  fit: 'stretch',
  ...more,
})

function fitted(frame: Frame, how: ModelInput, order: 'nchw' | 'nhwc' = 'nchw'): Float32Array {
  const fit = fitFor(how, order, frame)
  const to = new Float32Array(8 * 8 * 3)
  fit.fillPad(to)
  fit.write(frame, { x: 0, y: 0 }, to)
  return to
}

const plain = (width: number, height: number) => frameOf(width, height, () => [10, 20, 30])

describe('a frame becomes a tensor', () => {
  test('plane by plane or pixel by pixel, in the order of colours asked for', () => {
    expect([...fitted(plain(8, 8), input())].filter((_, i) => i % 64 === 0)).toEqual([10, 20, 30])
    expect([...fitted(plain(8, 8), input({ color: 'bgr' }))].filter((_, i) => i % 64 === 0)).toEqual([
      30, 20, 10,
    ])
    expect(Array.from(fitted(plain(8, 8), input({ color: 'bgr' }), 'nhwc').slice(0, 6))).toEqual([
      30, 20, 10, 30, 20, 10,
    ])
  })

  test('scaled, then mean and deviation taken off, each in the order of the tensor', () => {
    const how = input({ color: 'bgr', scale: 0.1, mean: [1, 2, 3], std: [2, 4, 8] })
    const [b, g, r] = [...fitted(plain(8, 8), how)].filter((_, i) => i % 64 === 0)
    expect(b).toBeCloseTo((3 - 1) / 2)
    expect(g).toBeCloseTo((2 - 2) / 4)
    expect(r).toBeCloseTo((1 - 3) / 8)
  })

  test('with its shape kept and the rest filled', () => {
    const right = fitted(plain(4, 8), input({ fit: 'pad-right-bottom' }))
    expect(Array.from(right.slice(0, 8))).toEqual([10, 10, 10, 10, 114, 114, 114, 114])
    const centre = fitted(plain(4, 8), input({ fit: 'pad-centre', pad: 7 }))
    expect(Array.from(centre.slice(0, 8))).toEqual([7, 7, 10, 10, 10, 10, 7, 7])
  })

  test.each([
    ['smaller', 3, 5],
    ['larger', 19, 11],
    ['much larger', 200, 96],
    ['one pixel', 1, 1],
    ['one pixel wide', 1, 40],
  ])('a slope stays a slope, and boxes lie where it says, when the picture is %s', (_, width, height) => {
    const slope = frameOf(width, height, (x, y) => [x, y, 99])
    const fit = fitFor(input(), 'nchw', { width, height })
    const to = fitted(slope, input())
    for (let y = 0; y < 8; y++) {
      for (let x = 0; x < 8; x++) {
        const [x1, y1, x2, y2] = fit.toRegion([x, y, x + 1, y + 1])
        const edge = x === 0 || y === 0 || x === 7 || y === 7
        const here = (low: number, high: number, many: number) =>
          Math.min(many - 1, Math.max(0, (low + high) / 2 - 0.5))
        expect(Math.abs(to[y * 8 + x]! - here(x1, x2, width))).toBeLessThan(edge ? 0.05 * width + 1 : 1)
        expect(Math.abs(to[64 + y * 8 + x]! - here(y1, y2, height))).toBeLessThan(
          edge ? 0.05 * height + 1 : 1,
        )
        expect(to[128 + y * 8 + x]).toBeCloseTo(99)
      }
    }
  })

  test('only the part of it that is asked for', () => {
    const frame = frameOf(32, 16, (x, y) => (x >= 16 && y >= 8 ? [200, 0, 0] : [0, 0, 0]))
    const to = new Float32Array(8 * 8 * 3)
    fitFor(input(), 'nchw', { width: 16, height: 8 }).write(frame, { x: 16, y: 8 }, to)
    expect(Array.from(to.slice(0, 64))).toEqual(Array.from({ length: 64 }, () => 200))
  })

  test('boxes come back to where they were, and no further than its edges', () => {
    const fit = fitFor(input({ fit: 'pad-centre' }), 'nchw', { width: 40, height: 80 })
    expect(fit.toRegion([2, 0, 4, 8])).toEqual([0, 0, 20, 80])
    expect(fit.toRegion([-3, -3, 11, 11])).toEqual([0, 0, 40, 80])
  })

  test.each([
    ['half floats', new Float16Array(192)],
    ['bytes', new Uint8Array(192)],
  ])('as %s', (_, to) => {
    fitFor(input(), 'nchw', { width: 16, height: 16 }).write(plain(16, 16), { x: 0, y: 0 }, to)
    expect([to[0], to[64], to[128]]).toEqual([10, 20, 30])
  })
})
