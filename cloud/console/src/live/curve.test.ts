import { describe, expect, test } from 'vitest'
import { curveOf, extentOf, silenceOf, withLive } from './curve.ts'

describe('a curve', () => {
  test('breaks where there is no number, and is shaded until the quality is good again', () => {
    const curve = curveOf({
      at: [1_000, 2_000, 3_000, 4_000],
      value: [1, null, null, 4],
      quality: ['good', 'bad-comm', 'stale', 'good'],
    })
    expect(curve).toEqual({ seconds: [1, 2, 3, 4], values: [1, null, null, 4], doubtful: [[2, 4]] })
  })

  test('is shaded to its end when the last sample was not good', () => {
    const { doubtful } = curveOf({ at: [1_000], value: [1], quality: ['uncertain'] })
    expect(doubtful).toEqual([[1, Number.POSITIVE_INFINITY]])
  })

  test('draws switches and integers beyond 2^53, and no NaN', () => {
    const at = [1, 2, 3, 4, 5]
    const value = [true, false, '18446744073709551615', 'NaN', 'Infinity']
    const { values } = curveOf({ at, value, quality: at.map(() => 'good' as const) })
    expect(values).toEqual([1, 0, 2 ** 64, null, null])
  })

  test('goes on with what came live, and takes nothing twice', () => {
    const live = (at: number, value: number) => ({
      at: new Date(at).toISOString(),
      value,
      quality: 'good' as const,
    })
    const loaded = { at: [1_000, 2_000], value: [1, 2], quality: ['good' as const, 'good' as const] }
    expect(withLive(loaded, [live(2_000, 2), live(3_000, 3)])).toEqual({
      at: [1_000, 2_000, 3_000],
      value: [1, 2, 3],
      quality: ['good', 'good', 'good'],
    })
  })

  test('falls silent after ten times its usual step, and never before 20 s', () => {
    expect(silenceOf([0, 1, 2, 3, 60])).toBe(20)
    expect(silenceOf([0, 60, 120, 180])).toBe(600)
    expect(silenceOf([])).toBe(20)
  })

  test('reaches from its lowest to its highest number', () => {
    expect(extentOf([null, 3, -1, null, 2])).toEqual({ min: -1, max: 3 })
    expect(extentOf([null])).toBeUndefined()
  })
})
