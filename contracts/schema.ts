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
  /** The word of JSON Schema that is broken; `boolean` where there may be no such field. */
  readonly keyword: string
  /** Fields that must be there and are not. */
  readonly missing: readonly string[]
}

/** Every way in which `value` breaks `schema`; the error of an outer union stands behind those of its branches. */
export function schemaFaults(schema: TSchema, value: unknown): SchemaFault[] {
  const faults = validatorOf(schema).Errors(value)
  return faults.map((fault) => {
    const path = stepsOf(fault.instancePath)
    const { keyword } = fault
    const missing = keyword === 'required' ? fault.params.requiredProperties : []
    return { field: fieldOf(path), path, message: explain(fault, valueAt(value, path)), keyword, missing }
  })
}

/** Faults that are clearer when what was found stands beside what may be. A text of the wrong form is not repeated: it may be secret. */
const SHOWS_FOUND = new Set(['type', 'enum', 'const', 'minimum', 'maximum', 'exclusiveMinimum'])
const SHOWN_LENGTH = 60

function explain(fault: { keyword: string; params: object; message: string }, found: unknown): string {
  const { keyword, params, message } = fault
  if (keyword === 'boolean') return 'is not a known field'
  return SHOWS_FOUND.has(keyword) ? `${mustBe(params, message)}, not ${shown(found)}` : message
}

function mustBe(params: object, message: string): string {
  if ('allowedValue' in params) return `must be ${JSON.stringify(params.allowedValue)}`
  if ('allowedValues' in params) return `must be one of ${(params.allowedValues as unknown[]).join(' ')}`
  return message
}

export function valueAt(value: unknown, path: readonly string[]): unknown {
  let found = value
  for (const step of path) found = (found as Record<string, unknown> | undefined)?.[step]
  return found
}

function shown(found: unknown): string {
  if (found === undefined || found === null) return 'nothing'
  if (Array.isArray(found)) return 'a list'
  if (typeof found === 'object') return 'an object'
  // Of numbers JSON knows no NaN and no infinity.
  const text = typeof found === 'number' ? String(found) : JSON.stringify(found)
  return text.length > SHOWN_LENGTH ? `${text.slice(0, SHOWN_LENGTH)}…` : text
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
