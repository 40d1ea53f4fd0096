import { schemaFaults, valueAt } from '@ganzhi/contracts/schema'
import type { TSchema } from 'typebox'
import type { FieldFault } from '../field-fault.ts'

type Path = readonly (string | number)[]

/** How a field is written, where its name alone does not say so. */
const REMEDIES: Readonly<Record<string, string>> = {
  id: '小写字母、数字和连字符 lower-case letters, digits and hyphens: pm25-high',
  version: '从 1 起的整数 a whole number from 1 on',
  each: '市 city, 区县 county, 街道 street, 社区 community, 网格 grid, 网关 gateway',
  severity: '提示 info, 一般 minor, 较大 major, 重大 critical',
  property: '字母开头 begins with a letter: pm25',
  from: '时刻 a time of day: 08:30',
  to: '时刻 a time of day: 18:00, 24:00',
  names: '{ zh: …, en: … }',
  percentile: '0 至 100 的整数 a whole number from 0 to 100',
  days: '2 至 90 天 days, from 2 to 90',
}
const OTHERWISE = '规则的字段见 the fields of a rule are in docs/rules.md'

/** What `schema` says of `value`, which stands at `path`; but nothing of what is `apart`, and judged by itself. */
export function shapeFaults(
  schema: TSchema,
  value: unknown,
  path: Path,
  apart: (path: readonly string[]) => boolean = () => false,
): FieldFault[] {
  return schemaFaults(schema, value).flatMap((fault): FieldFault[] => {
    // Of a field that is not known the field itself is told.
    if (apart(fault.path) || fault.keyword === 'additionalProperties') return []
    const at = [...path, ...fault.path]
    const field = fault.path.at(-1) ?? ''
    const place = schemaAt(schema, fault.path)
    if (fault.missing.length > 0) {
      return fault.missing.map((name) => ({
        path: [...at, name],
        message: 'is missing',
        remedy: REMEDIES[name] ?? OTHERWISE,
      }))
    }
    if (fault.keyword === 'boolean') {
      const known = Object.keys(schemaAt(schema, fault.path.slice(0, -1))?.properties ?? {})
      return [{ path: at, message: fault.message, remedy: `可用 known here: ${known.join(' ')}` }]
    }
    const found = valueAt(value, fault.path)
    return [
      {
        path: at,
        message:
          fault.keyword === 'pattern' ? `is not of the right form: ${JSON.stringify(found)}` : fault.message,
        remedy: place?.description ?? REMEDIES[field] ?? OTHERWISE,
      },
    ]
  })
}

interface SchemaPlace {
  readonly properties?: Readonly<Record<string, SchemaPlace>>
  readonly items?: SchemaPlace
  readonly description?: string
}

function schemaAt(schema: SchemaPlace, path: readonly string[]): SchemaPlace | undefined {
  let place: SchemaPlace | undefined = schema
  for (const step of path) place = place?.properties?.[step] ?? place?.items
  return place
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
