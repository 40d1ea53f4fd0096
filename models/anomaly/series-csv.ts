import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { GanzhiError } from '@ganzhi/contracts/error'
import { QUALITIES } from '@ganzhi/contracts/reading'
import { CsvError, parse } from 'csv-parse'

/** What was read of one property, in order of time. */
export interface Series {
  readonly property: string
  /** ms since 1970 */
  readonly at: readonly number[]
  /** NaN: from then on it is not known, or not to be trusted. */
  readonly values: readonly number[]
}

export interface DeviceSeries {
  readonly device: string
  readonly series: readonly Series[]
}

export interface WantedSeries {
  /** May be left out where the file holds one. */
  readonly device?: string | undefined
  /** All that are numbers when left out. */
  readonly properties?: readonly string[] | undefined
  readonly signal: AbortSignal
}

const COLUMNS = ['time', 'device', 'property', 'value', 'quality'] as const
type Column = (typeof COLUMNS)[number]
const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/i

/** Reads `time,device,property,value[,quality]`, as the platform exports it; rows in any order. */
export async function readSeriesCsv(file: string, wanted: WantedSeries): Promise<DeviceSeries> {
  const collector = new SeriesCollector(file, wanted)
  const rows = parse({ info: true, bom: true, relax_column_count: true, skip_empty_lines: true })
  try {
    await pipeline(
      createReadStream(file),
      rows,
      async (records: AsyncIterable<{ info: { lines: number }; record: string[] }>) => {
        for await (const { info, record } of records) collector.take(record, info.lines)
      },
      { signal: wanted.signal },
    )
  } catch (cause) {
    if (cause instanceof CsvError) throw malformed(file, Number(cause['lines']), undefined, cause.message)
    throw cause instanceof Error && 'syscall' in cause ? unreadable(file, cause) : cause
  }
  return collector.collected()
}

interface Growing {
  readonly at: number[]
  readonly values: number[]
}

class SeriesCollector {
  readonly #file: string
  readonly #wanted: WantedSeries
  /** Where each column stands. */
  #places: Partial<Record<Column, number>> | undefined
  /** None for a property whose values are no numbers. */
  readonly #devices = new Map<string, Map<string, Growing | undefined>>()

  constructor(file: string, wanted: WantedSeries) {
    this.#file = file
    this.#wanted = wanted
  }

  take(record: readonly string[], line: number): void {
    if (!this.#places) {
      this.#places = this.#head(record, line)
      return
    }
    const places = this.#places
    const cell = (column: Column) => record[places[column] ?? -1] ?? ''
    const { device: wantedDevice, properties: wantedProperties } = this.#wanted
    const device = cell('device')
    const property = cell('property')
    if (device === '') throw malformed(this.#file, line, 'device', '为空 is empty')
    if (property === '') throw malformed(this.#file, line, 'property', '为空 is empty')
    const at = this.#time(cell('time'), line)
    const good = this.#isGood(cell('quality'), line, places.quality !== undefined)
    if (wantedDevice !== undefined && device !== wantedDevice) return
    const properties = this.#devices.get(device) ?? new Map<string, Growing | undefined>()
    this.#devices.set(device, properties)
    if (wantedProperties && !wantedProperties.includes(property)) return
    const text = cell('value').trim()
    const value = text === '' ? NaN : Number(text)
    const known = properties.get(property)
    if (text !== '' && !Number.isFinite(value)) {
      if (known || wantedProperties)
        throw malformed(this.#file, line, 'value', `不是数 is no number: ${text}`)
      properties.set(property, undefined)
      return
    }
    if (!known && properties.has(property)) return
    const series = known ?? { at: [], values: [] }
    properties.set(property, series)
    series.at.push(at)
    series.values.push(good ? value : NaN)
  }

  collected(): DeviceSeries {
    const device = this.#device()
    const properties = this.#devices.get(device) ?? new Map<string, Growing | undefined>()
    const missing = this.#wanted.properties?.find((property) => !properties.get(property)?.at.length)
    if (missing !== undefined) {
      throw wrongChoice('properties', `${device} 没有 has no ${missing}`)
    }
    const series = [...properties].flatMap(([property, grown]) =>
      grown?.values.some((value) => !Number.isNaN(value)) ? [{ property, ...sorted(grown) }] : [],
    )
    if (series.length > 0)
      return { device, series: series.toSorted((a, b) => (a.property < b.property ? -1 : 1)) }
    throw wrongChoice('properties', `${device} 没有数值 has no numbers`, [...properties.keys()])
  }

  #device(): string {
    const devices = [...this.#devices.keys()]
    const [only, ...more] = devices
    if (only !== undefined && more.length === 0) return only
    const { device } = this.#wanted
    if (device !== undefined) throw wrongChoice('device', `${this.#file}: 没有 there is no ${device}`)
    throw wrongChoice('device', `${this.#file}: ${devices.length} 个设备 devices`, devices)
  }

  #head(record: readonly string[], line: number): Partial<Record<Column, number>> {
    const names = record.map((name) => name.trim())
    const unnamed = COLUMNS.find((column) => column !== 'quality' && !names.includes(column))
    if (unnamed !== undefined) throw malformed(this.#file, line, unnamed, '表头中没有 is not in the header')
    return Object.fromEntries(
      COLUMNS.flatMap((column) => (names.includes(column) ? [[column, names.indexOf(column)]] : [])),
    )
  }

  #time(text: string, line: number): number {
    const at = RFC_3339.test(text) ? Date.parse(text) : NaN
    if (!Number.isNaN(at)) return at
    throw malformed(this.#file, line, 'time', `应如 must be like 2026-11-21T08:00:00+08:00: ${text}`)
  }

  #isGood(text: string, line: number, told: boolean): boolean {
    if (!told) return true
    if (!QUALITIES.some((quality) => quality === text)) {
      throw malformed(this.#file, line, 'quality', `应为 must be ${QUALITIES.join(', ')}: ${text}`)
    }
    return text === 'good'
  }
}

function sorted({ at, values }: Growing): Growing {
  const order = at.map((_, i) => i).sort((a, b) => (at[a] ?? 0) - (at[b] ?? 0))
  return { at: order.map((i) => at[i] ?? 0), values: order.map((i) => values[i] ?? NaN) }
}

function malformed(file: string, line: number, column: string | undefined, message: string): GanzhiError {
  return new GanzhiError(`${file}:${line}: ${column === undefined ? '' : `${column}: `}${message}`, {
    code: 'bad-csv',
    blame: 'caller',
    field: column ?? 'csv',
    remedy: '表头应为 The header is time,device,property,value,quality: GET /api/v1/export.csv',
  })
}

function wrongChoice(
  field: 'device' | 'properties',
  message: string,
  among: readonly string[] = [],
): GanzhiError {
  const some = among.slice(0, 12).join(', ')
  return new GanzhiError(message, {
    code: 'bad-use',
    blame: 'caller',
    field,
    remedy: `用 --${field} 指明。 Name it by --${field}${some === '' ? '.' : `: ${some}`}`,
  })
}

function unreadable(file: string, cause: Error): GanzhiError {
  return new GanzhiError(`${file}: 读不出 can not be read`, {
    code: 'bad-csv',
    blame: 'caller',
    field: 'csv',
    remedy: '请核对路径与权限。 Check the path and its permissions.',
    cause,
  })
}
