import { isGanzhiError } from '@ganzhi/contracts/error'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readSeriesCsv, type WantedSeries } from './series-csv.ts'

let dir: string
let file: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'csv-'))
  file = join(dir, 'series.csv')
})
afterEach(() => rm(dir, { recursive: true }))

async function read(text: string, wanted: Partial<WantedSeries> = {}) {
  await writeFile(file, text)
  return readSeriesCsv(file, { ...wanted, signal: AbortSignal.timeout(10_000) })
}

const HEAD = 'time,device,property,value,quality'
const row = (time: string, property: string, value: string, quality = 'good', device = 'd-1') =>
  `2026-06-01T${time},${device},${property},${value},${quality}`

test('series are read in any order, with what is not good as not known', async () => {
  const found = await read(
    [
      HEAD,
      row('08:00:10+08:00', 'temp', '2'),
      row('00:00:00Z', 'temp', '1'),
      row('00:00:20Z', 'temp', '', 'bad-comm'),
      row('00:00:30Z', 'temp', '99', 'uncertain'),
      row('00:00:00Z', 'note', '"two\r\nlines, ""quoted"""'),
    ].join('\r\n'),
  )
  const begin = Date.UTC(2026, 5, 1)
  expect(found).toEqual({
    device: 'd-1',
    series: [
      {
        property: 'temp',
        at: [begin, begin + 10_000, begin + 20_000, begin + 30_000],
        values: [1, 2, NaN, NaN],
      },
    ],
  })
})

test('without qualities all is good; columns may stand in any order', async () => {
  const { series } = await read('value,time,property,device\n5,2026-06-01T00:00:00Z,temp,d-1\n')
  expect(series[0]?.values).toEqual([5])
})

async function expectRefused(text: string, facts: { message: string; field: string }, wanted = {}) {
  const error: unknown = await read(text, wanted).then(
    () => expect.fail('it was read'),
    (refused: unknown) => refused,
  )
  if (!isGanzhiError(error)) throw error
  expect(error.message).toContain(facts.message)
  expect(error.field).toBe(facts.field)
  expect(error.blame).toBe('caller')
  expect(error.remedy).toMatch(/[\u4e00-\u9fff]/)
}

const good = row('00:00:00Z', 'temp', '1')
test.each([
  ['no header', good, ':1: time: ', 'time'],
  ['a header without a column', 'time,device,value\n', ':1: property: ', 'property'],
  [
    'a time of day without its zone',
    [HEAD, good, row('01:00:00', 'temp', '1')].join('\n'),
    ':3: time: ',
    'time',
  ],
  ['a time that is none', [HEAD, row('25:00:00Z', 'temp', '1')].join('\n'), ':2: time: ', 'time'],
  ['a value that is no number', [HEAD, good, row('00:01:00Z', 'temp', '1,5x')].join('\n'), ':3: ', 'quality'],
  ['a word among numbers', [HEAD, good, row('00:01:00Z', 'temp', 'high')].join('\n'), ':3: value: ', 'value'],
  [
    'an unknown quality',
    [HEAD, row('00:00:00Z', 'temp', '1', 'fine')].join('\n'),
    ':2: quality: ',
    'quality',
  ],
  ['no device', [HEAD, row('00:00:00Z', 'temp', '1', 'good', '')].join('\n'), ':2: device: ', 'device'],
  ['quotes that do not end', [HEAD, good, '"2026'].join('\n'), ':3: ', 'csv'],
])('%s is refused with line and column', async (_, text, message, field) => {
  await expectRefused(text, { message: `${file}${message}`, field })
})

test('several devices, or properties that are not there, are to be named', async () => {
  const two = [HEAD, good, row('00:00:00Z', 'temp', '1', 'good', 'd-2')].join('\n')
  await expectRefused(two, { message: '2 个设备 devices', field: 'device' })
  expect((await read(two, { device: 'd-2' })).device).toBe('d-2')
  await expectRefused(two, { message: 'd-3', field: 'device' }, { device: 'd-3' })
  await expectRefused(
    two,
    { message: 'has no flow', field: 'properties' },
    { device: 'd-1', properties: ['flow'] },
  )
})

test('a file that is not there is told by its name', async () => {
  file = join(dir, 'none', 'series.csv')
  await expect(readSeriesCsv(file, { signal: AbortSignal.timeout(10_000) })).rejects.toMatchObject({
    code: 'bad-csv',
    message: expect.stringContaining(file) as string,
  })
})
