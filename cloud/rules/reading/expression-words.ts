import type { Words } from './names.ts'

const SIGNS: Readonly<Record<string, string>> = { '>=': '≥', '<=': '≤', '!=': '≠', '==': '=', '*': '×' }
const TOKEN =
  /(?<text>"[^"]*"|'[^']*')|(?<name>[A-Za-z_]\w*)(?!\s*\()|(?<number>\d+\.\d+)|(?<sign>&&|\|\||[<>=!]=|\*)/g

/** CEL as a person would write it down: names in place of ids, `and` in place of `&&`. */
export function expressionWords(
  cel: string,
  { property }: Words,
  joining: { and: string; or: string },
): string {
  return cel.replace(TOKEN, (token, ...found) => {
    const { name, number, sign } = found.at(-1) as Record<'name' | 'number' | 'sign', string | undefined>
    if (name !== undefined) return property(name)
    if (number !== undefined) return String(Number(number))
    if (sign === '&&') return joining.and
    if (sign === '||') return joining.or
    return SIGNS[sign ?? ''] ?? token
  })
}
