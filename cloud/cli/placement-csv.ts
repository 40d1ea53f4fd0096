import { readFile } from 'node:fs/promises'
import { type Fault, GanzhiError } from '@ganzhi/contracts/error'
import { CsvError, parse } from 'csv-parse/sync'
import { legibly } from './legible-file.ts'
import { areSome, refusalOfFile } from './list-faults.ts'

/** A device as the API takes it, and the line that says so. */
export interface PlacementRow {
  readonly line: number
  readonly entry: Readonly<Record<string, unknown>>
}

const COLUMNS = ['gateway', 'device', 'lon', 'lat', 'area', 'profile', 'tags', 'attributes'] as const
type Column = (typeof COLUMNS)[number]
/** Stands for "take it away"; what is empty stays. */
const AWAY = '-'

export async function readPlacementCsv(file: string): Promise<PlacementRow[]> {
  const records = recordsOf(file, decoded(await legibly(file, () => readFile(file))))
  const [head, ...body] = records
  const columns = columnsOf(file, head?.record ?? [])
  if (body.length === 0) throw badFile(file, '没有设备 names no device')
  const faults: Fault[] = []
  const lines: number[] = []
  const seen = new Map<string, number>()
  const rows = body.map(({ info, record }, index): PlacementRow => {
    lines.push(info.lines)
    const cells = new Map(columns.map((column, i) => [column, (record[i] ?? '').trim()]))
    const wrong = (field: string, message: string, remedy: string) =>
      faults.push({ index, field, message, remedy })
    const key = `${cells.get('gateway')}/${cells.get('device')}`
    const before = seen.get(key)
    if (before !== undefined)
      wrong('device', `${key} 已在第 ${before} 行 is in line ${before}`, 'Name each device once.')
    seen.set(key, info.lines)
    return { line: info.lines, entry: entryOf(cells, wrong) }
  })
  if (!areSome(faults)) return rows
  throw refusalOfFile(file, faults, (index) => `第 ${lines[index]} 行 line ${lines[index]}`)
}

interface CsvRecord {
  readonly info: { readonly lines: number }
  readonly record: readonly string[]
}

function recordsOf(file: string, text: string): CsvRecord[] {
  try {
    const options = {
      info: true,
      bom: true,
      relax_column_count_less: true,
      skip_records_with_empty_values: true,
    }
    return parse(text, options) as unknown as CsvRecord[]
  } catch (cause) {
    throw cause instanceof CsvError ? badFile(file, cause.message) : cause
  }
}

/** Chinese Excel saves CSV as GBK, of which GB 18030 is the superset. */
function decoded(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return new TextDecoder('gb18030').decode(bytes)
  }
}

function columnsOf(file: string, head: readonly string[]): Column[] {
  const columns = head.map((name) => {
    const column = COLUMNS.find((each) => each === name.trim())
    if (!column) throw badFile(file, `没有这一列 there is no column ${JSON.stringify(name)}`)
    return column
  })
  const missing = (['gateway', 'device'] as const).find((name) => !columns.includes(name))
  if (missing !== undefined) throw badFile(file, `缺少列 lacks the column ${missing}`)
  return columns
}

type Wrong = (field: string, message: string, remedy: string) => void

function entryOf(cells: ReadonlyMap<Column, string>, wrong: Wrong): Record<string, unknown> {
  const cell = (column: Column) => cells.get(column) ?? ''
  const area = cell('area')
  const profile = cell('profile')
  const tags = cell('tags')
  const attributes = cell('attributes')
  return {
    gateway: cell('gateway'),
    device: cell('device'),
    ...placeIn(cell('lon'), cell('lat'), wrong),
    ...(area !== '' && { area: area === AWAY ? null : area }),
    ...(profile !== '' && { profile: profile === AWAY ? null : profile }),
    ...(tags !== '' && { tags: tags === AWAY ? [] : listed(tags) }),
    ...(attributes !== '' && { attributes: attributesIn(attributes, wrong) }),
  }
}

function placeIn(lon: string, lat: string, wrong: Wrong): Record<string, unknown> {
  if (lon === '' && lat === '') return {}
  if (lon === AWAY && lat === AWAY) return { place: null }
  const numbers = { lon: numberIn(lon), lat: numberIn(lat) }
  for (const [field, value] of Object.entries(numbers)) {
    if (Number.isNaN(value))
      wrong(field, `${field} 不是度数 is no number of degrees`, 'WGS84, as 117.2801 and 31.8612.')
  }
  return { place: numbers }
}

function attributesIn(text: string, wrong: Wrong): Record<string, number | null> {
  return Object.fromEntries(
    listed(text).map((one) => {
      const [name = '', value = '', ...more] = one.split('=').map((part) => part.trim())
      const number = value === AWAY ? null : numberIn(value)
      if (more.length > 0 || Number.isNaN(number)) {
        wrong('attributes', `attributes 不是属性 is no attribute: ${one}`, 'As limit=70;low=5.')
      }
      return [name, number]
    }),
  )
}

function listed(text: string): string[] {
  return text
    .split(';')
    .map((part) => part.trim())
    .filter((part) => part !== '')
}

function numberIn(text: string): number {
  return text === '' || !Number.isFinite(Number(text)) ? NaN : Number(text)
}

function badFile(file: string, message: string): GanzhiError {
  return new GanzhiError(`${file}: ${message}`, {
    code: 'bad-input',
    blame: 'caller',
    field: file,
    remedy: `列 The columns are: ${COLUMNS.join(',')}; docs/places.md.`,
  })
}
