/** Han, kana, hangul and full-width forms take two columns of a terminal. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6]/g

function widthOf(text: string): number {
  return text.length + (text.match(WIDE)?.length ?? 0)
}

/** Lines of a table without rules; the first column is words, the others are figures. */
export function textTable(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [titles, ...rows]
  const widths = titles.map((_, i) => Math.max(...all.map((row) => widthOf(row[i] ?? ''))))
  return all
    .map((row) =>
      row
        .map((cell, i) => {
          const room = ' '.repeat((widths[i] ?? 0) - widthOf(cell))
          return i === 0 ? cell + room : room + cell
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
