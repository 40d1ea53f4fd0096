import type { Value } from './rule-case.ts'

const ARITHMETIC = ['+', '-', '*', '/'] as const
const ORDER = ['>', '<', '>=', '<='] as const

/** An expression as a tree, so that it is reckoned here without any reader of CEL. */
export type Formula =
  | { readonly op: 'property'; readonly property: string }
  | { readonly op: 'constant'; readonly value: number | string | boolean }
  | { readonly op: 'not'; readonly of: Formula }
  | { readonly op: 'if'; readonly holds: Formula; readonly left: Formula; readonly right: Formula }
  | {
      readonly op: '&&' | '||' | '==' | '!=' | (typeof ARITHMETIC)[number] | (typeof ORDER)[number]
      readonly left: Formula
      readonly right: Formula
    }

export function toCel(formula: Formula): string {
  switch (formula.op) {
    case 'property':
      return formula.property
    case 'constant':
      return typeof formula.value === 'number' ? celDouble(formula.value) : JSON.stringify(formula.value)
    case 'not':
      return `!(${toCel(formula.of)})`
    case 'if':
      return `(${toCel(formula.holds)} ? ${toCel(formula.left)} : ${toCel(formula.right)})`
    default:
      return `(${toCel(formula.left)} ${formula.op} ${toCel(formula.right)})`
  }
}

/** Without its point it would be an integer, which CEL adds to no double. */
function celDouble(value: number): string {
  const text = Number.isInteger(value) ? value.toFixed(1) : String(value)
  return value < 0 ? `(${text})` : text
}

export function propertiesIn(formula: Formula): string[] {
  switch (formula.op) {
    case 'property':
      return [formula.property]
    case 'constant':
      return []
    case 'not':
      return propertiesIn(formula.of)
    default: {
      const branches =
        formula.op === 'if' ? [formula.holds, formula.left, formula.right] : [formula.left, formula.right]
      return [...new Set(branches.flatMap(propertiesIn))]
    }
  }
}

/** undefined where it fails. */
export function reckon(formula: Formula, values: ReadonlyMap<string, Value>): Value | undefined {
  switch (formula.op) {
    case 'property':
      return values.get(formula.property)
    case 'constant':
      return formula.value
    case 'not': {
      const of = reckon(formula.of, values)
      return typeof of === 'boolean' ? !of : undefined
    }
    case 'if': {
      const holds = reckon(formula.holds, values)
      return typeof holds === 'boolean' ? reckon(holds ? formula.left : formula.right, values) : undefined
    }
    default:
      return combine(formula.op, reckon(formula.left, values), reckon(formula.right, values))
  }
}

function combine(op: string, left: Value | undefined, right: Value | undefined): Value | undefined {
  // What decides alone decides, whatever becomes of the other side.
  if (op === '&&' && (left === false || right === false)) return false
  if (op === '||' && (left === true || right === true)) return true
  if (left === undefined || right === undefined) return undefined
  if (typeof left === 'boolean' && typeof right === 'boolean') {
    if (op === '&&') return left && right
    if (op === '||') return left || right
  }
  if (op === '==' && typeof left === typeof right) return left === right
  if (op === '!=' && typeof left === typeof right) return left !== right
  if (typeof left !== 'number' || typeof right !== 'number') return undefined
  switch (op) {
    case '+':
      return left + right
    case '-':
      return left - right
    case '*':
      return left * right
    case '/':
      return left / right
    case '>':
      return left > right
    case '<':
      return left < right
    case '>=':
      return left >= right
    case '<=':
      return left <= right
    default:
      return undefined
  }
}
