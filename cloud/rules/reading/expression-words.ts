import type { Words } from './names.ts'

const SIGNS: Readonly<Record<string, string>> = { '>=': '≥', '<=': '≤', '!=': '≠', '==': '=', '*': '×' }
const TOKEN =
  /\b(?<over>count|sum|avg|min|max)\s*\(\s*(?<what>[A-Za-z_]\w*)\s*\)|(?<text>"[^"]*"|'[^']*')|(?<name>[A-Za-z_]\w*)(?!\s*\()|(?<number>\d+\.\d+)|(?<sign>&&|\|\||[<>=!]=|\*)/g

type AreaFunction = 'count' | 'sum' | 'avg' | 'min' | 'max'

export interface ExpressionLanguage {
  readonly and: string
  readonly or: string
  /** What is made of a property of all devices of an area. */
  readonly over: Readonly<Record<AreaFunction, (property: string) => string>>
}

export const CHINESE: ExpressionLanguage = {
  and: '且',
  or: '或',
  over: {
    count: (property) => `有${property}的设备数`,
    sum: (property) => `各设备${property}之和`,
    avg: (property) => `各设备${property}平均值`,
    min: (property) => `各设备${property}最低值`,
    max: (property) => `各设备${property}最高值`,
  },
}

export const ENGLISH: ExpressionLanguage = {
  and: 'and',
  or: 'or',
  over: {
    count: (property) => `number of devices with ${property}`,
    sum: (property) => `sum of ${property}`,
    avg: (property) => `mean of ${property}`,
    min: (property) => `lowest ${property}`,
    max: (property) => `highest ${property}`,
  },
}

/** CEL as a person would write it down: names in place of ids, `and` in place of `&&`. */
export function expressionWords(
  cel: string,
  { property }: Words,
  { and, or, over }: ExpressionLanguage,
): string {
  return cel.replace(TOKEN, (token, ...found) => {
    const groups = found.at(-1) as Record<'over' | 'what' | 'name' | 'number' | 'sign', string | undefined>
    const { what, name, number, sign } = groups
    if (what !== undefined) return over[groups.over as AreaFunction](property(what))
    if (name !== undefined) return property(name)
    if (number !== undefined) return String(Number(number))
    if (sign === '&&') return and
    if (sign === '||') return or
    return SIGNS[sign ?? ''] ?? token
  })
}
