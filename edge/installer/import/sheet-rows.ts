import { CsvError, parse } from 'csv-parse/sync'
import { GanzhiError } from '@ganzhi/contracts/error'

/** One row, under the number that a person sees beside it. */
export interface SheetRow {
  readonly line: number
  readonly cells: readonly string[]
}

const MOST_ROWS = 10_000

/** Rows of a CSV or XLSX file, as text; rows without any text are left out. */
export async function sheetRows(bytes: Uint8Array): Promise<readonly SheetRow[]> {
  // A ZIP, as every .xlsx is, whatever the file is called.
  const rows = bytes[0] === 0x50 && bytes[1] === 0x4b ? await workbookRows(bytes) : csvRows(bytes)
  const filled = rows.filter(({ cells }) => cells.some((cell) => cell !== ''))
  if (filled.length > MOST_ROWS + 1) {
    throw unreadable(`超过 has more than ${MOST_ROWS} 行 rows`, '拆成几个文件。Split it into several files.')
  }
  return filled
}

async function workbookRows(bytes: Uint8Array): Promise<SheetRow[]> {
  const { readSheet } = await import('read-excel-file/node')
  try {
    const sheet = await readSheet(Buffer.from(bytes))
    return sheet.map((row, i) => ({
      line: i + 1,
      cells: row.map((cell) => (cell === null ? '' : String(cell).trim())),
    }))
  } catch (cause) {
    throw unreadable(
      '不是可读的 is no readable .xlsx',
      '另存为 CSV 再试。Save it as CSV and try again.',
      cause,
    )
  }
}

function csvRows(bytes: Uint8Array): SheetRow[] {
  const text = decoded(bytes)
  try {
    const records = parse(text, {
      delimiter: separatorOf(text),
      relax_column_count: true,
      trim: true,
      info: true,
    }) as unknown as { info: { lines: number }; record: string[] }[]
    return records.map(({ info, record }) => ({ line: info.lines, cells: record }))
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause
    throw unreadable(cause.message, '检查引号是否成对。See whether its quotes come in pairs.', cause)
  }
}

/** Chinese Excel saves CSV as GBK, of which GB 18030 is the superset; its "Unicode text" is UTF-16. */
function decoded(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return new TextDecoder('gb18030').decode(bytes)
  }
}

function separatorOf(text: string): string {
  const sample = text.slice(0, 4_096)
  const count = (separator: string) => sample.split(separator).length
  return [',', ';', '\t'].reduce((best, other) => (count(other) > count(best) ? other : best))
}

function unreadable(what: string, remedy: string, cause?: unknown): GanzhiError {
  return new GanzhiError(`点表 the list ${what}`, {
    code: 'bad-input',
    blame: 'caller',
    field: 'file',
    remedy,
    cause,
  })
}
