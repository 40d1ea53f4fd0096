import { expect, test } from 'vitest'
import { decodeImage } from './image-file.ts'
import { drawMarked } from './marked-frame.ts'

const GREY = 128
const frame = { width: 200, height: 100, at: 0, rgb: new Uint8Array(3 * 200 * 100).fill(GREY) }

test('a copy is drawn on: a box where the thing is, words below, and the frame stays as it was', async () => {
  const mark = { box: [50, 40, 150, 80] as [number, number, number, number], kind: 'person', text: '' }
  const drawn = await decodeImage(await drawMarked(frame, { marks: [mark], lines: ['live'] }))
  expect(drawn.width).toBe(200)
  expect(drawn.height).toBeGreaterThan(100)
  const isGrey = (x: number, y: number) =>
    [0, 1, 2].every((c) => Math.abs((drawn.rgb[3 * (y * 200 + x) + c] ?? 0) - GREY) < 24)
  expect([isGrey(100, 60), isGrey(20, 20)]).toEqual([true, true])
  expect([isGrey(50, 60), isGrey(150, 60), isGrey(100, 40), isGrey(100, 80)]).not.toContain(true)
  expect(frame.rgb.every((value) => value === GREY)).toBe(true)
})

test('things of one kind have one colour, and where one is only thought to be the line is broken', async () => {
  const box = [50, 40, 150, 80] as [number, number, number, number]
  const picture = (kind: string, unseen: boolean) =>
    drawMarked(frame, { marks: [{ box, kind, text: '', unseen }], lines: [] })
  expect(await picture('person', false)).toEqual(await picture('person', false))
  expect(await picture('person', false)).not.toEqual(await picture('person', true))
  expect(await picture('person', false)).not.toEqual(await picture('garbage', false))
})
