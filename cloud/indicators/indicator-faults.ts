import {
  AreaFigure,
  Beyond,
  DerivedIndicator,
  DeviceFigure,
  type Indicator,
  MeasuredIndicator,
} from '@ganzhi/contracts/indicator'
import { schemaFaults, valueAt } from '@ganzhi/contracts/schema'
import type { FieldFault } from '@ganzhi/firmware-config/field-fault'
import type { TSchema } from 'typebox'
import { arithmeticOf } from './arithmetic.ts'

const OTHERWISE = '指标的字段见 the fields of an indicator are in docs/indicators.md'

/** Fields that are one of several things: of all that keeps them from being each of these nobody learns anything. */
const CHOICES: readonly (readonly [field: string, schema: TSchema, says: string])[] = [
  ['device', DeviceFigure, 'mean, min, max, last, rise, presence, good 或 or { share: { above: 60 } }'],
  ['area', AreaFigure, 'mean, sum, min, max, { share: { above: 60 } } 或 or { count: { above: 60 } }'],
  ['amber', Beyond, '{ above: 60 }, { below: 5 } 或 or { above: 60, below: 5 }'],
  ['red', Beyond, '{ above: 60 }, { below: 5 } 或 or { above: 60, below: 5 }'],
]

/** Everything that is wrong with an indicator by itself. */
export function indicatorFaults(value: unknown): FieldFault[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return [{ path: [], message: 'is no indicator', remedy: OTHERWISE }]
  }
  const faults = formFaults('expression' in value ? DerivedIndicator : MeasuredIndicator, value)
  if (faults.length > 0) return faults
  const indicator = value as Indicator
  return [...thresholdFaults(indicator), ...('expression' in indicator ? expressionFaults(indicator) : [])]
}

function formFaults(schema: typeof MeasuredIndicator | typeof DerivedIndicator, value: object): FieldFault[] {
  const choices = CHOICES.filter(([field]) => field in schema.properties)
  const wrong = choices.flatMap(([field, choice, says]): FieldFault[] => {
    const found: unknown = Reflect.get(value, field)
    if (found === undefined || schemaFaults(choice, found).length === 0) return []
    return [{ path: [field], message: `can not be ${JSON.stringify(found)}`, remedy: says }]
  })
  const others = schemaFaults(schema, value).flatMap((fault): FieldFault[] => {
    const [field = ''] = fault.path
    if (choices.some(([choice]) => choice === field) || fault.keyword === 'additionalProperties') return []
    if (fault.missing.length > 0) {
      return fault.missing.map((name) => ({
        path: [...fault.path, name],
        message: 'is missing',
        remedy: remedyOf(schema, [...fault.path, name]),
      }))
    }
    const remedy =
      fault.keyword === 'boolean'
        ? `可用 known here: ${Object.keys(schema.properties).join(' ')}`
        : remedyOf(schema, fault.path)
    const message =
      fault.keyword === 'pattern'
        ? `is not of the right form: ${JSON.stringify(valueAt(value, fault.path))}`
        : fault.message
    return [{ path: fault.path, message, remedy }]
  })
  return [...wrong, ...others]
}

function remedyOf(schema: { readonly properties: object }, [field = '']: readonly string[]): string {
  const choice = CHOICES.find(([name]) => name === field)
  const place = (schema.properties as Readonly<Record<string, { description?: string }>>)[field]
  return choice?.[2] ?? place?.description ?? OTHERWISE
}

function thresholdFaults({ better, amber, red }: Indicator): FieldFault[] {
  const faults: FieldFault[] = []
  const against = better === 'lower' ? 'below' : better === 'higher' ? 'above' : undefined
  for (const [name, beyond] of Object.entries({ amber, red })) {
    if (against !== undefined && beyond?.[against] !== undefined) {
      faults.push({
        path: [name, against],
        message: `is where it is better: ${better}`,
        remedy: `用 use ${against === 'below' ? 'above' : 'below'}，或去掉 or leave out better`,
      })
    }
  }
  const reversed = isGreater(amber?.above, red?.above)
    ? 'above'
    : isGreater(red?.below, amber?.below)
      ? 'below'
      : undefined
  if (reversed) {
    const remedy = '红色比黄色更严重 red is graver than amber'
    faults.push({ path: ['red', reversed], message: 'is reached before amber', remedy })
  }
  return faults
}

function isGreater(a: number | undefined, b: number | undefined): boolean {
  return a !== undefined && b !== undefined && a > b
}

function expressionFaults({ expression, with: named }: DerivedIndicator): FieldFault[] {
  const arithmetic = arithmeticOf(expression)
  if ('fault' in arithmetic) {
    const remedy = '例如 such as 100 * lost / supplied'
    return [{ path: ['expression'], message: arithmetic.fault, remedy }]
  }
  const unknown = [...arithmetic.names].filter((name) => !Object.hasOwn(named, name))
  const unused = Object.keys(named).filter((name) => !arithmetic.names.has(name))
  return [
    ...unknown.map((name) => ({
      path: ['expression'],
      message: `names ${name}, which is not said to be any indicator`,
      remedy: `在 with 中写明 say so in with: { ${name}: … }`,
    })),
    ...unused.map((name) => ({
      path: ['with', name],
      message: 'is not in the expression',
      remedy: '去掉它 leave it out',
    })),
  ]
}
