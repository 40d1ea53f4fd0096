import { fieldOf } from '@ganzhi/contracts/schema'
import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml'

/** What is wrong with a configuration, as a person finds it. */
export interface ConfigFault {
  /** `links[0].devices[2].unit`, or nothing: the file. */
  readonly path: string
  /** From 1; absent where the fault is in no line. */
  readonly line?: number
  readonly column?: number
  readonly message: string
  readonly remedy?: string
}

export interface ConfigText {
  /** Of a text that is no YAML, as much as could be read. */
  readonly value: unknown
  /** What keeps it from being YAML. */
  readonly faults: readonly ConfigFault[]
  /** A fault in the field that `path` leads to, with its place in the text. */
  fault(path: readonly (string | number)[], message: string, remedy?: string): ConfigFault
}

/** A YAML text that remembers where everything in it stands. */
export function configText(text: string): ConfigText {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const placed = (offset: number, fault: ConfigFault): ConfigFault => {
    const { line, col: column } = lines.linePos(offset)
    return { ...fault, line, column }
  }
  const errors: { offset: number; message: string }[] = document.errors.map(({ pos, message }) => ({
    offset: pos[0],
    message,
  }))
  let value: unknown
  try {
    value = document.toJS()
  } catch (error) {
    // An alias without its anchor, or a text that grows out of bounds by its aliases.
    const message = error instanceof Error ? error.message : String(error)
    if (errors.length === 0) errors.push({ offset: 0, message })
  }
  return {
    value,
    faults: errors.map(({ offset, message }) =>
      placed(offset, { path: '', message, remedy: 'Correct the YAML at this place.' }),
    ),
    fault: (path, message, remedy) =>
      placed(offsetOf(document, path), {
        path: fieldOf(path),
        message,
        ...(remedy === undefined ? {} : { remedy }),
      }),
  }
}

/** `gateway.yaml:12:5: links[0].driver modbuz is not known. Use one of: modbus.` */
export function faultLine(file: string, { path, line, column, message, remedy }: ConfigFault): string {
  const place = line === undefined ? file : `${file}:${line}:${column}`
  return `${place}: ${path || 'the file'} ${message}${remedy === undefined ? '' : `. ${remedy}`}`
}

/** Of the field, or of as much of the way to it as there is: what is missing is named where it should stand. */
function offsetOf(document: Document, path: readonly (string | number)[]): number {
  let node: unknown = document.contents
  let offset = document.contents?.range?.[0] ?? 0
  for (const step of path) {
    if (isAlias(node)) node = node.resolve(document)
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step))
      if (!pair) break
      offset = (isScalar(pair.key) ? pair.key.range?.[0] : undefined) ?? offset
      node = pair.value
    } else if (isSeq(node)) {
      node = node.items[Number(step)]
      offset = startOf(node) ?? offset
    } else break
  }
  return offset
}

function startOf(node: unknown): number | undefined {
  return isScalar(node) || isMap(node) || isSeq(node) || isAlias(node) ? node.range?.[0] : undefined
}
