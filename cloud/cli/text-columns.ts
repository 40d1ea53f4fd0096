/** Han, full-width forms and their punctuation take two columns of a terminal (UAX 11, W and F). */
const WIDE = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6]/g

export function widthOf(text: string): number {
  return text.length + (text.match(WIDE)?.length ?? 0)
}

function padded(text: string, columns: number, align: 'left' | 'right'): string {
  const room = ' '.repeat(Math.max(0, columns - widthOf(text)))
  return align === 'left' ? text + room : room + text
}

/** Lines of a table without rules. */
export function textTable(
  titles: readonly string[],
  rows: readonly (readonly string[])[],
  rightColumns: readonly number[] = [],
): string[] {
  const all = [titles, ...rows]
  const widths = titles.map((_, i) => all.reduce((most, row) => Math.max(most, widthOf(row[i] ?? '')), 0))
  return all.map((row) =>
    row
      .map((cell, i) => padded(cell, widths[i] ?? 0, rightColumns.includes(i) ? 'right' : 'left'))
      .join('  ')
      .trimEnd(),
  )
}
