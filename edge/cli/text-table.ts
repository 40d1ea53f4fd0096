import { padded, widthOf } from './text-width.ts'

export interface Column {
  readonly title: string
  readonly align?: 'left' | 'right'
}

/** Lines of a table without rules, for a terminal or a log; a column that is empty throughout is left out. */
export function textTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const shown = columns
    .map((column, i) => ({ ...column, i, width: Math.max(...rows.map((row) => widthOf(row[i] ?? ''))) }))
    .filter(({ width }) => width > 0)
    .map((column) => ({ ...column, width: Math.max(column.width, widthOf(column.title)) }))
  const line = (cell: (i: number) => string) =>
    shown
      .map(({ i, width, align }) => padded(cell(i), width, align))
      .join('  ')
      .trimEnd()
  const title = line((i) => columns[i]?.title ?? '')
  return [title, ...rows.map((row) => line((i) => row[i] ?? ''))].join('\n')
}
