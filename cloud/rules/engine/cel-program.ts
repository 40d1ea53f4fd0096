import { Environment, type ParseResult } from '@marcbachmann/cel-js'
import { GanzhiError } from '@ganzhi/contracts/error'
import { truthOfNumbers } from './cel-numbers.ts'
import type { Moment } from './moment.ts'
import type { Scalar } from './rule-input.ts'

export type Variables = Record<string, Scalar>

export interface CelProgram {
  /** The names in it that it does not bind itself. */
  readonly variables: readonly string[]
  /** Undefined where it fails, which is told. */
  evaluate(variables: Variables, now: Moment): boolean | undefined
}

export const CEL_REMEDY = 'write a CEL expression over the ids of properties, with decimals as 2.0'

export function compileCel(text: string, field: string): CelProgram {
  const read = readCel(text)
  if ('fault' in read) throw refused(field, read.fault, CEL_REMEDY)
  const { program, variables } = read
  const quick = truthOfNumbers(program.ast)
  return {
    variables,
    evaluate(values, now) {
      if (quick && variables.every((variable) => typeof values[variable] === 'number')) return quick(values)
      try {
        const result: unknown = program(values)
        if (typeof result === 'boolean') return result
        now.fail(field, `is ${String(result)}, neither true nor false`)
      } catch (error) {
        now.fail(field, summaryOf(error))
      }
      return undefined
    },
  }
}

/** What is wrong with an expression; undefined where nothing is. */
export function celFault(text: string): string | undefined {
  const read = readCel(text)
  return 'fault' in read ? read.fault : undefined
}

export interface Read {
  readonly program: ParseResult
  readonly variables: readonly string[]
}

/** CEL itself says which names it does not know: those are the properties, each of the type `of`. */
export function readCel(
  text: string,
  of = 'dyn',
  open = () => new Environment(),
): Read | { readonly fault: string } {
  const variables: string[] = []
  for (;;) {
    const environment = open()
    for (const variable of variables) environment.registerVariable(variable, of)
    const { valid, type, error } = environment.check(text)
    if (valid) {
      if (type !== 'bool' && type !== 'dyn') return { fault: `is of the type ${type}, not true or false` }
      if (variables.length === 0) return { fault: 'names no property' }
      return { program: environment.parse(text), variables }
    }
    const unknown = error?.code === 'unknown_variable' && /: (\w+)$/.exec(error.summary)?.[1]
    if (!unknown || variables.includes(unknown)) return { fault: summaryOf(error) }
    variables.push(unknown)
  }
}

export function summaryOf(error: unknown): string {
  return error instanceof Error && 'summary' in error ? String(error.summary) : String(error)
}

export function refused(field: string, message: string, remedy: string): GanzhiError {
  return new GanzhiError(`${field} ${message}`, {
    code: 'rule-expression',
    blame: 'caller',
    field,
    remedy,
  })
}
