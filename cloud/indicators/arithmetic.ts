import { type ASTNode, Environment } from '@marcbachmann/cel-js'

export type Operands = Readonly<Record<string, number>>

export interface Arithmetic {
  readonly names: ReadonlySet<string>
  evaluate(operands: Operands): number
}

type Reckoning = (operands: Operands) => number

/** What an expression says, in the grammar of CEL; what is wrong with it where it is more than arithmetic. */
export function arithmeticOf(text: string): Arithmetic | { readonly fault: string } {
  const names = new Set<string>()
  try {
    return { names, evaluate: reckoning(new Environment().parse(text).ast, names) }
  } catch (error) {
    if (!(error instanceof Error)) throw error
    return { fault: 'summary' in error ? String(error.summary) : error.message }
  }
}

function reckoning({ op, args }: ASTNode, names: Set<string>): Reckoning {
  switch (op) {
    case 'id':
      names.add(args)
      return (operands) => operands[args] as number
    case 'value': {
      // Whole numbers are of another type in CEL; here they are not.
      if (typeof args !== 'number' && typeof args !== 'bigint') throw noArithmetic(String(args))
      const value = Number(args)
      return () => value
    }
    case '-_': {
      const inner = reckoning(args, names)
      return (operands) => -inner(operands)
    }
    case '+':
    case '-':
    case '*':
    case '/':
      return arithmetic(op, reckoning(args[0], names), reckoning(args[1], names))
    default:
      throw noArithmetic(op)
  }
}

function noArithmetic(what: string): Error {
  return new Error(`can only have numbers, names, + - * / and brackets, not ${what}`)
}

function arithmetic(op: '+' | '-' | '*' | '/', left: Reckoning, right: Reckoning): Reckoning {
  switch (op) {
    case '+':
      return (operands) => left(operands) + right(operands)
    case '-':
      return (operands) => left(operands) - right(operands)
    case '*':
      return (operands) => left(operands) * right(operands)
    case '/':
      return (operands) => left(operands) / right(operands)
  }
}
