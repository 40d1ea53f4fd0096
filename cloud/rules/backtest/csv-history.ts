import { GanzhiError } from '@ganzhi/contracts/error'
import { QUALITIES } from '@ganzhi/contracts/reading'
import type { SampleInput, Scalar } from '../engine/rule-input.ts'
import { plainNumber, timeReader } from './byte-cells.ts'
import { ByteNames } from './byte-names.ts'
import { type CsvCells, CsvCutter } from './csv-cutter.ts'
import type { Span } from './backtest.ts'
import { PackedRows } from '../history/packed-rows.ts'

const COLUMNS = ['time', 'device', 'property', 'value', 'quality', 'area'] as const
type Column = (typeof COLUMNS)[number]
const OPTIONAL: readonly Column[] = ['quality', 'area']

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i
const WORDS: ReadonlyMap<string, Scalar> = new Map<string, Scalar>([
  ['true', true],
  ['false', false],
  ['nan', NaN],
  ['infinity', Infinity],
  ['-infinity', -Infinity],
])

export interface WantedRows {
  /** Rows of others are left out as they are read. */
  readonly properties: readonly string[]
  readonly device?: string | undefined
  /** From this time on, and before that one. */
  readonly from?: number | undefined
  readonly to?: number | undefined
}

export interface CsvDevice {
  readonly device: string
  /** All that it sent within the span. */
  readonly properties: ReadonlySet<string>
  /** Where it stands: what its first row says that says anything. */
  readonly area: string | undefined
  readonly inputs: Iterable<SampleInput>
}

interface Known {
  readonly rows: PackedRows
  firstAt: number
  firstProperty: number
  /** By number of the property: whether it has it. */
  readonly has: boolean[]
  area: string | undefined
}

/** Rows `time,device,property,value[,quality][,area]` in any order. One that is wrong refuses them all, by line and column. */
export class CsvHistory {
  readonly #file: string
  readonly #wanted: WantedRows
  readonly #cutter: CsvCutter
  readonly #timeOf = timeReader()
  readonly #names: Readonly<Record<'device' | 'property' | 'quality', ByteNames>>
  /** By number of the name. */
  readonly #devices: (Known | undefined)[] = []
  readonly #wantedPlaces: number[] = []
  readonly #qualities: number[] = []
  /** In which column each stands, and how many there are. */
  #places: Readonly<Record<Column, number>> | undefined
  #columns = 0
  #line = 1
  #rows = 0
  #from = Infinity
  #to = -Infinity

  constructor(file: string, wanted: WantedRows) {
    this.#file = file
    this.#wanted = wanted
    this.#cutter = new CsvCutter(
      (row) => this.#take(row),
      ({ line, message }) => malformed(file, line, undefined, message),
    )
    const names = (column: Column) => new ByteNames((bytes) => this.#text(bytes, column))
    this.#names = { device: names('device'), property: names('property'), quality: names('quality') }
  }

  push(piece: Uint8Array): void {
    this.#cutter.push(piece)
  }

  end(): void {
    this.#cutter.end()
    if (!this.#places) throw malformed(this.#file, 1, undefined, '文件为空 the file is empty')
  }

  /** Rows of the span, whether wanted or not. */
  get rows(): number {
    return this.#rows
  }

  /** From the first row to the last; undefined where there is none. */
  get span(): Span | undefined {
    return this.#rows === 0 ? undefined : { from: this.#from, to: this.#to }
  }

  devices(): CsvDevice[] {
    const [devices, properties] = [this.#names.device.names, this.#names.property.names]
    return this.#devices.flatMap((known, i) =>
      known
        ? [
            {
              device: devices[i] as string,
              properties: new Set(properties.filter((_, number) => known.has[number])),
              area: known.area,
              inputs: { [Symbol.iterator]: () => this.#inputs(known, properties) },
            },
          ]
        : [],
    )
  }

  *#inputs({ rows, firstAt, firstProperty }: Known, properties: readonly string[]): Iterator<SampleInput> {
    const property = properties[firstProperty] as string
    if (!this.#wanted.properties.includes(property)) {
      yield { kind: 'sample', at: firstAt, property, value: null, quality: 'good' }
    }
    yield* rows.inputs(this.#wanted.properties)
  }

  #take(row: CsvCells): void {
    this.#line = row.line
    const places = this.#places
    if (!places) {
      this.#places = this.#head(row)
      this.#columns = row.count
      return
    }
    if (row.count !== this.#columns) {
      throw this.#wrong(undefined, `有 has ${row.count} 列，表头 cells, the header ${this.#columns}`)
    }
    const at = this.#timeOf(row.bytes, startOf(row, places.time), endOf(row, places.time))
    if (at === undefined) {
      const found = this.#textOf(row, places.time)
      throw this.#wrong('time', `应如 must be like 2026-11-21T08:00:00+08:00: ${found}`)
    }
    const device = this.#numberOf(row, 'device', places.device)
    const property = this.#numberOf(row, 'property', places.property)
    const quality = places.quality < 0 ? 0 : this.#quality(row, places.quality)
    const { from, to, device: only } = this.#wanted
    if ((from !== undefined && at < from) || (to !== undefined && at >= to)) return
    this.#rows += 1
    if (at < this.#from) this.#from = at
    if (at > this.#to) this.#to = at
    if (only !== undefined && this.#names.device.names[device] !== only) return
    const known = (this.#devices[device] ??= {
      rows: new PackedRows(),
      firstAt: Infinity,
      firstProperty: property,
      has: [],
      area: undefined,
    })
    if (known.area === undefined && places.area >= 0) known.area = this.#textOf(row, places.area) || undefined
    if (at < known.firstAt) {
      known.firstAt = at
      known.firstProperty = property
    }
    known.has[property] = true
    const wanted = (this.#wantedPlaces[property] ??= this.#wantedPlace(property))
    if (wanted >= 0) known.rows.append(at, wanted, this.#valueOf(row, places.value), quality)
  }

  #wantedPlace(property: number): number {
    return this.#wanted.properties.indexOf(this.#names.property.names[property] as string)
  }

  #head(row: CsvCells): Readonly<Record<Column, number>> {
    const names = Array.from({ length: row.count }, (_, i) => this.#textOf(row, i).toLowerCase())
    const wrong = COLUMNS.find(
      (column) =>
        names.indexOf(column) !== names.lastIndexOf(column) ||
        (!OPTIONAL.includes(column) && !names.includes(column)),
    )
    if (wrong !== undefined) {
      throw this.#wrong(
        wrong,
        names.includes(wrong) ? '在表头中重复 stands twice in the header' : '表头中没有 is not in the header',
      )
    }
    return Object.fromEntries(COLUMNS.map((column) => [column, names.indexOf(column)])) as Record<
      Column,
      number
    >
  }

  #numberOf(row: CsvCells, column: 'device' | 'property', place: number): number {
    const start = startOf(row, place)
    const end = endOf(row, place)
    if (start === end) throw this.#wrong(column, '为空 is empty')
    return this.#names[column].numberOf(row.bytes, start, end)
  }

  /** Good where nothing is said. */
  #quality(row: CsvCells, place: number): number {
    const start = startOf(row, place)
    const end = endOf(row, place)
    if (start === end) return 0
    const number = this.#names.quality.numberOf(row.bytes, start, end)
    return (this.#qualities[number] ??= this.#knownQuality(this.#names.quality.names[number] as string))
  }

  #knownQuality(name: string): number {
    const quality = QUALITIES.findIndex((known) => known === name)
    if (quality >= 0) return quality
    throw this.#wrong('quality', `应为 must be ${QUALITIES.join(', ')}: ${name}`)
  }

  #valueOf(row: CsvCells, place: number): Scalar | null {
    const start = startOf(row, place)
    const end = endOf(row, place)
    // An empty text is told from no value by its quotes.
    if (start === end) return row.quoted[place] === 0 ? null : ''
    const number = plainNumber(row.bytes, start, end)
    if (number !== undefined) return number
    const text = this.#textOf(row, place)
    return NUMBER.test(text) ? Number(text) : (WORDS.get(text.toLowerCase()) ?? text)
  }

  #textOf(row: CsvCells, place: number): string {
    return this.#text(row.bytes.subarray(startOf(row, place), endOf(row, place)), undefined)
  }

  #text(bytes: Uint8Array, column: Column | undefined): string {
    try {
      return UTF_8.decode(bytes)
    } catch {
      throw this.#wrong(column, '不是 UTF-8，请另存为“CSV UTF-8” is not UTF-8: save it as “CSV UTF-8”')
    }
  }

  #wrong(column: Column | undefined, message: string): GanzhiError {
    return malformed(this.#file, this.#line, column, message)
  }
}

const UTF_8 = new TextDecoder('utf-8', { fatal: true })

function startOf({ starts }: CsvCells, place: number): number {
  return starts[place] as number
}

function endOf({ ends }: CsvCells, place: number): number {
  return ends[place] as number
}

function malformed(file: string, line: number, column: Column | undefined, message: string): GanzhiError {
  return new GanzhiError(`${file}:${line}: ${column === undefined ? '' : `${column} `}${message}`, {
    code: 'bad-csv',
    blame: 'caller',
    field: column ?? 'csv',
    remedy: '请改正该行；表头为 Correct that line; the header is time,device,property,value[,quality][,area]',
  })
}
