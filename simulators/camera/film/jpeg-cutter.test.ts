import { expect, test } from 'vitest'
import { jpegCutter } from './jpeg-cutter.ts'

test('JPEGs that follow one another are told apart, wherever they are chopped', () => {
  const stream = Buffer.from('ffd8aaff00ffd9ffd8bbffd9ffd8', 'hex')
  for (let at = 0; at <= stream.length; at++) {
    const jpegs: string[] = []
    const cutter = jpegCutter((jpeg) => jpegs.push(jpeg.toString('hex')))
    cutter.push(stream.subarray(0, at))
    cutter.push(stream.subarray(at))
    expect(jpegs).toEqual(['ffd8aaff00ffd9', 'ffd8bbffd9'])
  }
})
