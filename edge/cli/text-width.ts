import { stripVTControlCharacters } from 'node:util'

/** Han, kana, hangul, full-width forms and their punctuation take two columns of a terminal (UAX 11, W and F). */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u
const NONE = /\p{Mn}|\p{Me}|\p{Cf}/u

/** Columns that `text` takes in a terminal; colours take none. */
export function widthOf(text: string): number {
  let width = 0
  for (const character of stripVTControlCharacters(text)) {
    width += NONE.test(character) ? 0 : WIDE.test(character) ? 2 : 1
  }
  return width
}

export function padded(text: string, columns: number, align: 'left' | 'right' = 'left'): string {
  const room = ' '.repeat(Math.max(0, columns - widthOf(text)))
  return align === 'left' ? text + room : room + text
}

/** As much of `text` as fits, ending in … where something was left out. No colours. */
export function shortened(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text
  let short = ''
  for (const character of text) {
    if (widthOf(short + character) > columns - 1) break
    short += character
  }
  return `${short}…`
}
