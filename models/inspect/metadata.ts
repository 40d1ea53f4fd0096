import { parsePythonLiteral } from './python-literal.ts'

/** What exporters write into a file beside the graph; nearly all of it is from Ultralytics. */
export interface ModelMetadata {
  readonly labels?: string[]
  /** Width, height. */
  readonly size?: [number, number]
  readonly task?: string
  readonly endToEnd?: boolean
}

export function readMetadata(entries: Readonly<Record<string, string>>): ModelMetadata {
  const literal = (key: string) => (entries[key] === undefined ? undefined : parsePythonLiteral(entries[key]))
  const labels = labelsIn(literal('names') ?? jsonIn(entries['names']))
  const size = sizeIn(literal('imgsz'))
  const { task } = entries
  return {
    ...(labels && { labels }),
    ...(size && { size }),
    ...(task !== undefined && { task }),
    ...(literal('end2end') === true && { endToEnd: true }),
  }
}

function jsonIn(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}

/** `{0: 'person', 1: 'bicycle'}` or `['person', 'bicycle']`. */
function labelsIn(names: unknown): string[] | undefined {
  if (typeof names !== 'object' || names === null) return undefined
  const labels = Object.entries(names)
  const whole =
    labels.length > 0 &&
    labels.every(([key, label], i) => key === String(i) && typeof label === 'string' && label !== '')
  return whole ? labels.map(([, label]) => label as string) : undefined
}

/** Height, width as PyTorch counts them; or one number. */
function sizeIn(imgsz: unknown): [number, number] | undefined {
  const [height, width] = Array.isArray(imgsz) ? (imgsz as unknown[]) : [imgsz, imgsz]
  return typeof height === 'number' && typeof width === 'number' ? [width, height] : undefined
}
