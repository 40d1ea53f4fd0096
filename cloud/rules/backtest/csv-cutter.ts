const [QUOTE, COMMA, LF, CR, SPACE, TAB] = [0x22, 0x2c, 0x0a, 0x0d, 0x20, 0x09]
const BOM = [0xef, 0xbb, 0xbf]
/** A row that is longer has a quote that is never closed. */
const LONGEST_ROW = 1024 * 1024

/** One row, as places in bytes: nothing is made of a cell that nobody asks for. Valid until the next row. */
export interface CsvCells {
  readonly bytes: Uint8Array
  readonly count: number
  /** Of the bytes of each cell, without its quotes, or the blanks around it where it has none. */
  readonly starts: Int32Array
  readonly ends: Int32Array
  /** Which cells stood in quotes. */
  readonly quoted: Uint8Array
  /** In which it begins, from 1. */
  readonly line: number
}

export interface CsvFormFault {
  readonly line: number
  readonly message: string
}

const MOST_CELLS = 256

/** Cuts what comes in pieces into rows (RFC 4180). `fault` makes the error of what is no CSV. */
export class CsvCutter {
  readonly #take: (row: CsvCells) => void
  readonly #fault: (fault: CsvFormFault) => Error
  readonly #row: { -readonly [K in keyof CsvCells]: CsvCells[K] } = {
    bytes: new Uint8Array(),
    count: 0,
    starts: new Int32Array(MOST_CELLS),
    ends: new Int32Array(MOST_CELLS),
    quoted: new Uint8Array(MOST_CELLS),
    line: 1,
  }
  /** What is left of a row that is not whole, and behind it what came next. */
  #bytes = new Uint8Array(2 * LONGEST_ROW)
  #length = 0
  #begun = false

  constructor(take: (row: CsvCells) => void, fault: (fault: CsvFormFault) => Error) {
    this.#take = take
    this.#fault = fault
  }

  push(piece: Uint8Array): void {
    for (let at = 0; at < piece.length; at += LONGEST_ROW) {
      const part = piece.subarray(at, at + LONGEST_ROW)
      this.#bytes.set(part, this.#length)
      this.#length += part.length
      if (this.#begun || this.#length >= BOM.length) this.#cut(false)
    }
  }

  end(): void {
    this.#cut(true)
  }

  #cut(last: boolean): void {
    const bytes = this.#bytes.subarray(0, this.#length)
    let at = 0
    if (!this.#begun && BOM.every((byte, i) => bytes[i] === byte)) at = BOM.length
    this.#begun = true
    this.#row.bytes = bytes
    while (at < bytes.length) {
      const next = this.#cutRow(bytes, at, last)
      if (next === 0) break
      at = next
    }
    this.#bytes.copyWithin(0, at, this.#length)
    this.#length = Math.max(0, this.#length - at)
    if (this.#length <= LONGEST_ROW) return
    const message = '一行过长，引号未闭合？ A row is too long: is a quote not closed?'
    throw this.#fault({ line: this.#row.line, message })
  }

  /** Where the next row begins; 0 where this one is not whole. */
  #cutRow(bytes: Uint8Array, begin: number, last: boolean): number {
    const row = this.#row
    const { starts, ends, quoted } = row
    const length = bytes.length
    let count = 0
    let lines = 0
    let escaped = false
    let i = begin
    for (;;) {
      let start = i
      let end: number
      if (bytes[i] === QUOTE) {
        start += 1
        i += 1
        for (;;) {
          while (i < length && bytes[i] !== QUOTE) {
            if (bytes[i] === LF) lines += 1
            i += 1
          }
          if (i >= length && last)
            throw this.#fault({ line: row.line, message: '引号未闭合 a quote is not closed' })
          if (bytes[i + 1] !== QUOTE) break
          escaped = true
          i += 2
        }
        end = i
        i += 1
        quoted[count] = escaped ? 2 : 1
        if (bytes[i] === CR) i += 1
        if (i < length && bytes[i] !== COMMA && bytes[i] !== LF) {
          throw this.#fault({
            line: row.line + lines,
            message: '引号后应为逗号 a closing quote must be followed by a comma',
          })
        }
      } else {
        while (i < length && bytes[i] !== COMMA && bytes[i] !== LF) i += 1
        end = i
        while (end > start && isBlank(bytes[end - 1])) end -= 1
        while (start < end && isBlank(bytes[start])) start += 1
        quoted[count] = 0
      }
      if (i >= length && !last) return 0
      starts[count] = start
      ends[count] = end
      count += 1
      if (bytes[i] !== COMMA) break
      if (count === MOST_CELLS)
        throw this.#fault({
          line: row.line,
          message: `超过 ${MOST_CELLS} 列 more than ${MOST_CELLS} columns`,
        })
      i += 1
    }
    row.count = count
    if (escaped) for (let cell = 0; cell < count; cell += 1) unescape(row, cell)
    if (count > 1 || (ends[0] as number) > (starts[0] as number)) this.#take(row)
    row.line += lines + 1
    return i + 1
  }
}

/** The line's CR among them. */
function isBlank(byte: number | undefined): boolean {
  return byte === SPACE || byte === TAB || byte === CR
}

/** Two quotes are one; the bytes are ours. */
function unescape({ bytes, starts, ends, quoted }: CsvCells, cell: number): void {
  if (quoted[cell] !== 2) return
  const end = ends[cell] as number
  let to = starts[cell] as number
  for (let from = to; from < end; from += 1) {
    bytes[to] = bytes[from] as number
    to += 1
    if (bytes[from] === QUOTE) from += 1
  }
  ends[cell] = to
}
