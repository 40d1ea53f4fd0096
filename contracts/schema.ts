import type { Static, TSchema } from 'typebox'
import { Compile, type Validator } from 'typebox/compile'
import { GanzhiError } from './error.ts'

const compiled = new WeakMap<TSchema, Validator>()

function validatorOf(schema: TSchema): Validator {
  let validator = compiled.get(schema)
  if (!validator) {
    validator = Compile(schema)
    compiled.set(schema, validator)
  }
  return validator
}

/** `/points/3/address` → its steps. */
function stepsOf(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
}

/** `points[3].address`, the way people name a field. */
export function fieldOf(path: readonly (string | number)[]): string {
  return path
    .map((step, i) => (/^\d+$/.test(String(step)) ? `[${step}]` : i === 0 ? step : `.${step}`))
    .join('')
}

export interface SchemaFault {
  readonly field: string
  /** The steps of `field`. */
  readonly path: readonly string[]
  readonly message: string
}

/** Every way in which `value` breaks `schema`; the error of an outer union stands behind those of its branches. */
export function schemaFaults(schema: TSchema, value: unknown): SchemaFault[] {
  const faults = validatorOf(schema).Errors(value)
  return faults.map((fault) => {
    const path = stepsOf(fault.instancePath)
    return { field: fieldOf(path), path, message: explain(fault) }
  })
}

function explain(fault: { keyword: string; params: object; message: string }): string {
  if ('allowedValue' in fault.params) return `must be ${JSON.stringify(fault.params.allowedValue)}`
  if (fault.keyword === 'boolean') return 'is not a known field'
  return fault.message
}

/** The one way in for anything from a wire, a file or a user: typed, or refused with the field that is wrong. */
export function check<T extends TSchema>(schema: T, value: unknown, what: string): Static<T> {
  if (validatorOf(schema).Check(value)) return value as Static<T>
  const [first] = schemaFaults(schema, value)
  const field = first?.field === '' || first === undefined ? what : first.field
  throw new GanzhiError(`${what}: ${field} ${first?.message ?? 'is not valid'}`, {
    code: 'bad-input',
    blame: 'caller',
    field,
    remedy: `Correct ${field} in ${what}; the schemas are in docs/contracts/.`,
  })
}
