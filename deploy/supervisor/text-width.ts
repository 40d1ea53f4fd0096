/** Columns that a text takes on a terminal, where a Chinese character takes two. */
export function widthOf(text: string): number {
  let width = 0
  for (const character of text) width += columnsOf(character)
  return width
}

export function clip(text: string, columns: number): string {
  let width = 0
  let shown = ''
  for (const character of text) {
    width += columnsOf(character)
    if (width > columns) break
    shown += character
  }
  return shown
}

export function pad(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - widthOf(text)))
}

function columnsOf(character: string): number {
  return /[\u2E80-\uFFE6]/u.test(character) ? 2 : 1
}
