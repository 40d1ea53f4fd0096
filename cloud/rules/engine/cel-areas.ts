import { Environment } from '@marcbachmann/cel-js'
import { type Read, readCel, refused, summaryOf } from './cel-program.ts'
import type { Moment } from './moment.ts'

/** The values of a property, one of each device, in order. CEL can do nothing with them but hand them to these functions. */
class DeviceValues {
  readonly property: string
  readonly inOrder: readonly number[]
  readonly numbers: Record<string, number>

  constructor(property: string, inOrder: readonly number[], numbers: Record<string, number>) {
    this.property = property
    this.inOrder = inOrder
    this.numbers = numbers
  }
}

/** Of no device at all there is no mean, nor a highest value. */
class NoValues extends Error {}

const FUNCTIONS: Readonly<Record<string, (values: readonly number[]) => number | undefined>> = {
  count: (values) => values.length,
  sum,
  avg: (values) => (values.length === 0 ? undefined : sum(values) / values.length),
  min: (values) => values[0],
  max: (values) => values.at(-1),
}

export interface AreaCelProgram {
  readonly properties: readonly string[]
  evaluate(valuesOf: (property: string) => readonly number[], now: Moment): AreaTruth
}

export interface AreaTruth {
  /** Undefined where it asks for the mean of nothing; or fails, which is told. */
  readonly truth: boolean | undefined
  /** By what it was decided: `avg(pm25)` and so on. */
  readonly numbers: Readonly<Record<string, number>>
}

export const AREA_CEL_REMEDY =
  'write CEL over count(…), sum(…), avg(…), min(…), max(…) of properties, such as avg(pm25) > 75.0 && count(pm25) >= 3'

export function compileAreaCel(text: string, field: string): AreaCelProgram {
  const read = readAreaCel(text)
  if ('fault' in read) throw refused(field, read.fault, AREA_CEL_REMEDY)
  const { program, variables } = read
  return {
    properties: variables,
    evaluate(valuesOf, now) {
      const numbers: Record<string, number> = {}
      const values = variables.map((property) => [
        property,
        new DeviceValues(property, valuesOf(property), numbers),
      ])
      try {
        const result: unknown = program(Object.fromEntries(values))
        if (typeof result === 'boolean') return { truth: result, numbers }
        now.fail(field, `is ${String(result)}, neither true nor false`)
      } catch (error) {
        if (!(error instanceof NoValues)) now.fail(field, summaryOf(error))
      }
      return { truth: undefined, numbers }
    },
  }
}

/** What is wrong with an expression over areas; undefined where nothing is. */
export function areaCelFault(text: string): string | undefined {
  const read = readAreaCel(text)
  return 'fault' in read ? read.fault : undefined
}

function readAreaCel(text: string): Read | { readonly fault: string } {
  return readCel(text, 'DeviceValues', () => {
    const environment = new Environment().registerType('DeviceValues', { ctor: DeviceValues, fields: {} })
    for (const [name, reckon] of Object.entries(FUNCTIONS)) {
      const type = name === 'count' ? 'int' : 'double'
      environment.registerFunction(`${name}(DeviceValues): ${type}`, (values: DeviceValues) => {
        const number = reckon(values.inOrder)
        if (number === undefined) throw new NoValues()
        values.numbers[`${name}(${values.property})`] = number
        return name === 'count' ? BigInt(number) : number
      })
    }
    return environment
  })
}

/** Of values in order, so that it does not depend on which of them came first. */
function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
