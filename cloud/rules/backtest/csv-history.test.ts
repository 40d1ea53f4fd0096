import { isGanzhiError } from '@ganzhi/contracts/error'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { CsvHistory, type WantedRows } from './csv-history.ts'

const HEAD = 'time,device,property,value,quality'
const DAY = '2026-11-21'

/** Read in pieces of any size, as files and pipes give them. */
function read(text: string | Uint8Array, wanted: Partial<WantedRows> = {}, piece = 7): CsvHistory {
  const csv = new CsvHistory('a.csv', { properties: ['p'], ...wanted })
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length; at += piece) csv.push(bytes.subarray(at, at + piece))
  csv.end()
  return csv
}

function rowsOf(csv: CsvHistory): string[] {
  return csv
    .devices()
    .flatMap(({ device, inputs }) =>
      [...inputs].map(({ at, property, value, quality }) =>
        [new Date(at).toISOString().slice(11, 23), device, property, JSON.stringify(value), quality].join(
          ' ',
        ),
      ),
    )
}

test('rows are by time, those of the same time as they stand; columns and other columns in any order', () => {
  const csv = read(
    [
      'note,value,device,time,property',
      `x,3,d,${DAY}T08:00:00.250+08:00,p`,
      `x,1,d,${DAY}T00:00:00Z,p`,
      `x,2,d,${DAY}T00:00:00Z,p`,
    ].join('\n'),
  )
  expect(rowsOf(csv)).toEqual([
    '00:00:00.000 d p 1 good',
    '00:00:00.000 d p 2 good',
    '00:00:00.250 d p 3 good',
  ])
})

test.each([
  ['', null],
  ['""', ''],
  ['81.2', 81.2],
  ['"81.2"', 81.2],
  ['-.5', -0.5],
  ['1e3', 1000],
  ['12345678901234567890', 12345678901234567000],
  ['true', true],
  ['FALSE', false],
  [' 7 ', 7],
  ['NaN', NaN],
  ['Infinity', Infinity],
  ['0x10', '0x10'],
  ['"a, ""b""\r\nc"', 'a, "b"\r\nc'],
  ['开', '开'],
])('the value %s is read as %j', (text, value) => {
  const csv = read(`${HEAD}\r\n${DAY}T00:00:00Z,d,p,${text},\r\n`)
  expect([...(csv.devices()[0]?.inputs ?? [])][0]?.value).toEqual(value)
})

test('a byte order mark, empty lines and a last line without end are no rows', () => {
  const text = `\uFEFF${HEAD}\r\n\r\n${DAY}T00:00:00Z,d,p,1,bad-comm\r\n\r\n${DAY}T00:01:00Z,d,p,2,good`
  expect(rowsOf(read(text))).toEqual(['00:00:00.000 d p 1 bad-comm', '00:01:00.000 d p 2 good'])
})

test('whatever the pieces, the rows are the same', () => {
  const value = fc.oneof(fc.double(), fc.string({ unit: 'grapheme' }))
  fc.assert(
    fc.property(
      fc.array(value, { minLength: 1, maxLength: 8 }),
      fc.integer({ min: 1, max: 50 }),
      (values, piece) => {
        const cells = values.map((each) =>
          typeof each === 'number' ? String(each) : `"t${each.replaceAll('"', '""')}"`,
        )
        const text = [HEAD, ...cells.map((cell) => `${DAY}T00:00:00Z,d,p,${cell},good`)].join('\r\n')
        const found = read(text, {}, piece).devices()[0]?.inputs ?? []
        expect([...found].map((input) => input.value)).toEqual(
          values.map((each) =>
            typeof each === 'number' ? (each === 0 ? Number(String(each)) : each) : `t${each}`,
          ),
        )
      },
    ),
    { numRuns: 200 },
  )
})

test('times are those of Date.parse, to the millisecond', () => {
  const time = fc.date({ min: new Date('0001-01-02'), max: new Date('9998-12-31'), noInvalidDate: true })
  fc.assert(
    fc.property(time, fc.integer({ min: -1439, max: 1439 }), (date, offset) => {
      const minutes = Math.abs(offset)
      const zone = `${offset < 0 ? '-' : '+'}${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`
      const text = date.toISOString().replace('Z', zone)
      expect(read(`${HEAD}\n${text},d,p,1,\n`).span?.from).toBe(Date.parse(text))
    }),
  )
})

test('what no rule looks at is left out, save that the device has sent something and when the file begins and ends', () => {
  const text = [
    HEAD,
    `${DAY}T00:00:00Z,other,x,1,`,
    `${DAY}T00:01:00Z,d,x,1,`,
    `${DAY}T00:02:00Z,d,p,5,`,
    `${DAY}T00:09:00Z,other,x,1,`,
  ].join('\n')
  const csv = read(text, { device: 'd' })
  expect(rowsOf(csv)).toEqual(['00:01:00.000 d x null good', '00:02:00.000 d p 5 good'])
  expect(csv.span).toEqual({ from: Date.parse(`${DAY}T00:00:00Z`), to: Date.parse(`${DAY}T00:09:00Z`) })
  expect(csv.devices()[0]?.properties).toEqual(new Set(['x', 'p']))
  const [from, to] = [Date.parse(`${DAY}T00:02:00Z`), Date.parse(`${DAY}T00:09:00Z`)]
  expect(read(text, { from, to }).rows).toBe(1)
})

test('thousands of devices keep their rows apart', () => {
  const names = Array.from({ length: 3_000 }, (_, i) => `d-${i}`)
  const text = [HEAD, ...[...names, ...names].map((name, i) => `${DAY}T00:00:00Z,${name},p,${i},`)].join('\n')
  const devices = read(text, {}, 4_096).devices()
  expect(devices.map(({ device }) => device)).toEqual(names)
  expect([...(devices[2_999]?.inputs ?? [])].map(({ value }) => value)).toEqual([2_999, 5_999])
})

const good = `${DAY}T00:00:00Z,d,p,1,good`
test.each([
  ['no header', good, ':1: time ', 'time'],
  ['a header without a column', 'time,device,value\n', ':1: property ', 'property'],
  ['a column twice', `${HEAD},time\n`, ':1: time ', 'time'],
  ['nothing', '', ':1: ', 'csv'],
  ['a time without its zone', `${HEAD}\n${good}\n${DAY}T01:00:00,d,p,1,good`, ':3: time ', 'time'],
  ['a day that is none', `${HEAD}\n2026-02-30T01:00:00Z,d,p,1,good`, ':2: time ', 'time'],
  ['an hour that is none', `${HEAD}\n${DAY}T24:00:00Z,d,p,1,good`, ':2: time ', 'time'],
  ['no device', `${HEAD}\n${DAY}T00:00:00Z,,p,1,good`, ':2: device ', 'device'],
  ['no property', `${HEAD}\n${DAY}T00:00:00Z,d,"",1,good`, ':2: property ', 'property'],
  ['an unknown quality', `${HEAD}\n${DAY}T00:00:00Z,d,p,1,fine`, ':2: quality ', 'quality'],
  ['a comma too many', `${HEAD}\n${good},\n`, ':2: ', 'csv'],
  ['a cell too few', `${HEAD}\n${good}\n${DAY}T00:00:00Z,d,p\n`, ':3: ', 'csv'],
  ['a quote that never ends', `${HEAD}\n${good}\n${DAY}T00:00:00Z,d,p,"1,good\n`, ':3: ', 'csv'],
  ['text behind a quote', `${HEAD}\n${DAY}T00:00:00Z,d,p,"1"x,good\n`, ':2: ', 'csv'],
  ['the line after one of two lines', `${HEAD}\n${DAY}T00:00:00Z,d,p,"a\nb",good\nx`, ':4: ', 'csv'],
  [
    'a text that is not UTF-8',
    Buffer.from(`${HEAD}\n${DAY}T00:00:00Z,\xb3\xb5,p,1,good`, 'latin1'),
    ':2: device ',
    'device',
  ],
])('%s is refused with line and column', (_, text, place, field) => {
  try {
    read(text)
  } catch (error) {
    if (!isGanzhiError(error, 'bad-csv')) throw error
    expect(error.message).toContain(`a.csv${place}`)
    expect(error).toMatchObject({ field, blame: 'caller' })
    return
  }
  expect.fail('it was read')
})
