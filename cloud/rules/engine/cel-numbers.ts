import type { ASTNode } from '@marcbachmann/cel-js'

export type Numbers = Readonly<Record<string, unknown>>
type Reckoning = (values: Numbers) => number
type Truth = (values: Numbers) => boolean

/**
 * Most expressions only compare numbers. Where all variables are numbers nothing in them can fail and no type is to be looked up:
 * such an expression is a function of its own, many times quicker and the same. Undefined for all others.
 */
export function truthOfNumbers({ op, args }: ASTNode): Truth | undefined {
  switch (op) {
    case '&&':
    case '||': {
      const [left, right] = [truthOfNumbers(args[0]), truthOfNumbers(args[1])]
      if (!left || !right) return undefined
      return op === '&&'
        ? (values) => left(values) && right(values)
        : (values) => left(values) || right(values)
    }
    case '!_': {
      const inner = truthOfNumbers(args)
      return inner && ((values) => !inner(values))
    }
    case '>':
    case '>=':
    case '<':
    case '<=': {
      const [left, right] = [numberOf(args[0]), numberOf(args[1])]
      return left && right && comparison(op, left, right)
    }
    default:
      return undefined
  }
}

function comparison(op: '>' | '>=' | '<' | '<=', left: Reckoning, right: Reckoning): Truth {
  switch (op) {
    case '>':
      return (values) => left(values) > right(values)
    case '>=':
      return (values) => left(values) >= right(values)
    case '<':
      return (values) => left(values) < right(values)
    case '<=':
      return (values) => left(values) <= right(values)
  }
}

/** Whole numbers (`2`) are of another type in CEL, with which decimals can't be reckoned: those are left to it. */
function numberOf({ op, args }: ASTNode): Reckoning | undefined {
  switch (op) {
    case 'id':
      return (values) => values[args] as number
    case 'value':
      return typeof args === 'number' ? () => args : undefined
    case '+':
    case '-':
    case '*':
    case '/': {
      const [left, right] = [numberOf(args[0]), numberOf(args[1])]
      return left && right && arithmetic(op, left, right)
    }
    default:
      return undefined
  }
}

function arithmetic(op: '+' | '-' | '*' | '/', left: Reckoning, right: Reckoning): Reckoning {
  switch (op) {
    case '+':
      return (values) => left(values) + right(values)
    case '-':
      return (values) => left(values) - right(values)
    case '*':
      return (values) => left(values) * right(values)
    case '/':
      return (values) => left(values) / right(values)
  }
}
