import { tOr } from '../language.ts'
import { showTime } from '../show.ts'

/** Texts of these facts are words of a list, and each list has its translations. */
const WORDS: Readonly<Record<string, string>> = {
  reason: 'told',
  visibility: 'visibility',
  severity: 'severity',
  variant: 'scene',
}

/** What an event says of what decided, as names and texts. What is told elsewhere, or drawn, is left out. */
export function factsOf(data: Readonly<Record<string, unknown>>): [name: string, text: string][] {
  const { names: _, things: __, why = {}, begin, ...plain } = data
  const numbers = typeof why === 'object' && why !== null ? Object.entries(why) : []
  return [
    ...Object.entries(plain).map(([name, value]): [string, string] => [label(name), said(name, value)]),
    ...(typeof begin === 'string' ? [[label('begin'), showTime(begin)] as [string, string]] : []),
    ...numbers.map(([name, value]): [string, string] => [label(name), said(name, value)]),
  ]
}

function label(name: string): string {
  return tOr(`fact.${name}`, name)
}

function said(name: string, value: unknown): string {
  if (typeof value === 'number') return String(Number(value.toPrecision(4)))
  if (typeof value !== 'string') return JSON.stringify(value)
  const list = WORDS[name]
  return list === undefined ? value : tOr(`${list}.${value}`, value)
}
