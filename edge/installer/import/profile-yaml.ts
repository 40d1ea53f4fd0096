import type { ImportedPoint } from './point-row.ts'

/** What a list of points says as a profile; names of the device are for a person to write. */
export function profileOf(id: string, points: readonly ImportedPoint[]) {
  const [maker = '', model = ''] = id.split('/')
  return {
    id,
    version: 1,
    maker,
    model,
    names: { zh: model, en: model },
    properties: points.map(({ property }) => property),
    protocols: { modbus: { points: points.map(({ point }) => point) } },
  }
}

/** The profile as a person would write it: one line a point. A YAML library takes seconds for 10,000 of them. */
export function profileYaml({ properties, protocols, ...head }: ReturnType<typeof profileOf>): string {
  return [
    ...fields(head),
    'properties:',
    ...properties.flatMap((property) =>
      fields(property).map((line, i) => `${i === 0 ? '  - ' : '    '}${line}`),
    ),
    'protocols:',
    '  modbus:',
    '    points:',
    ...protocols.modbus.points.map((point) => `      - ${flow(point)}`),
    '',
  ].join('\n')
}

function fields(record: object): string[] {
  return Object.entries(record).map(([name, value]) => `${name}: ${flow(value)}`)
}

function flow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flow).join(', ')}]`
  if (typeof value === 'object' && value !== null) return `{ ${fields(value).join(', ')} }`
  return typeof value === 'string' && isPlain(value) ? value : JSON.stringify(value)
}

/** YAML 1.2, 7.3.3: without what begins or ends something in flow style, and not like another type, or one of YAML 1.1. */
function isPlain(text: string): boolean {
  return (
    /^\p{L}([\p{L}\p{N}_./()% -]*[\p{L}\p{N}_./()%])?$/u.test(text) &&
    !/^(true|false|null|yes|no|on|off|y|n)$/i.test(text)
  )
}
