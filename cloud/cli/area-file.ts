import { readFile } from 'node:fs/promises'
import { GanzhiError } from '@ganzhi/contracts/error'
import Type from 'typebox'
import { Check } from 'typebox/value'
import { legibly } from './legible-file.ts'

const Collection = Type.Object({
  type: Type.Literal('FeatureCollection'),
  features: Type.Array(
    Type.Object({
      properties: Type.Record(Type.String(), Type.Unknown()),
      geometry: Type.Optional(Type.Unknown()),
    }),
    { minItems: 1 },
  ),
})

/** Areas as the API takes them, of a FeatureCollection: each feature's properties say what it is, its geometry is the border. */
export async function readAreaFile(file: string): Promise<Record<string, unknown>[]> {
  const text = await legibly(file, () => readFile(file, 'utf8'))
  const collection = parsed(text)
  if (!Check(Collection, collection)) {
    throw new GanzhiError(`${file}: 不是 GeoJSON 要素集 is no FeatureCollection of GeoJSON`, {
      code: 'bad-input',
      blame: 'caller',
      field: file,
      remedy: '格式见 docs/places.md。 See docs/places.md for an example.',
    })
  }
  return collection.features.map(({ properties, geometry }) => areaOf(properties, geometry))
}

function parsed(text: string): unknown {
  try {
    // Windows tools begin a file with a mark of its encoding.
    return JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch {
    return undefined
  }
}

/** A border that is not drawn stays as it is on the platform. */
function areaOf(properties: Readonly<Record<string, unknown>>, geometry: unknown): Record<string, unknown> {
  const { id, level, zh, en, code, parent } = properties
  return {
    id: texted(id),
    level,
    names: { zh, ...(isGiven(en) && { en }) },
    code: isGiven(code) ? texted(code) : null,
    parent: isGiven(parent) ? texted(parent) : null,
    ...(isGiven(geometry) && { border: geometry }),
  }
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null && value !== ''
}

/** What looks like a number is one to most tools that write GeoJSON: `"code": 340104`. */
function texted(value: unknown): unknown {
  return typeof value === 'number' ? String(value) : value
}
