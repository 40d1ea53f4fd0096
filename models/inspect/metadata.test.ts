import { describe, expect, test } from 'vitest'
import { readMetadata } from './metadata.ts'
import { parsePythonLiteral } from './python-literal.ts'

describe('literals as Python prints them', () => {
  test.each<[string, unknown]>([
    ["{0: 'person', 1: \"driver's seat\"}", { 0: 'person', 1: "driver's seat" }],
    [
      "{'nms': False, 'batch': 1, 'half': True, 'data': None}",
      { nms: false, batch: 1, half: true, data: null },
    ],
    ['[640, 480]', [640, 480]],
    ['(1, -2.5, 1e-3,)', [1, -2.5, 0.001]],
    ["'a\\'b\\n'", "a'b\n"],
    ["{0: '暴露垃圾'}", { 0: '暴露垃圾' }],
    ['[]', []],
  ])('%s', (text, value) => expect(parsePythonLiteral(text)).toEqual(value))

  test.each(['', "{0: 'person'", '[1, 2', "'open", '{1}', 'os.remove("x")', '[1] [2]', '['.repeat(100_000)])(
    'what is none is not guessed at: %.20s',
    (text) => expect(parsePythonLiteral(text)).toBeUndefined(),
  )
})

describe('metadata', () => {
  test('as Ultralytics writes them; the size is height first', () => {
    expect(
      readMetadata({ names: "{0: 'bag', 1: 'bin'}", imgsz: '[384, 640]', task: 'detect', end2end: 'True' }),
    ).toEqual({ labels: ['bag', 'bin'], size: [640, 384], task: 'detect', endToEnd: true })
  })

  test('names that are no list of all classes name none', () => {
    expect(readMetadata({ names: "{1: 'bag'}" })).toEqual({})
    expect(readMetadata({ names: '{}' })).toEqual({})
    expect(readMetadata({ names: 'many' })).toEqual({})
  })
})
