import type { Head } from '../card.ts'
import { gridsOf, pyramidOf } from '../heads/grid.ts'
import { findListed } from '../heads/listed.ts'
import { findLevels } from '../heads/nanodet.ts'
import { asTable, columnRange, isProbable, isRelative, type Table } from '../heads/table.ts'
import { refused } from '../model-error.ts'
import { shapeText, type Tensor } from '../tensor.ts'
import type { ModelMetadata } from './metadata.ts'

/** What a trial run of a model shows of it. */
export interface Shown {
  readonly outputs: readonly Tensor[]
  readonly inputs: readonly string[]
  readonly width: number
  readonly height: number
  readonly metadata: ModelMetadata
}

export interface FoundHead {
  readonly head: Head
  /** Unknown where the model gives only the number of each thing's class. */
  readonly classes?: number
  /** What it was known by. */
  readonly because: string
}

/** Unambiguous in this order: names that one family alone uses, number of outputs, rows for the input's size, values. */
export function findHead(shown: Shown): FoundHead | undefined {
  if (isFlatChoice(shown)) {
    throw refused(
      'it chooses boxes itself, as rows of 7 columns whose score and class stand in either order',
      'Export it without NMS: YOLOv7 without --end2end, YOLO-NAS before its post-processing.',
    )
  }
  return byNames(shown) ?? byLevels(shown) ?? byLists(shown) ?? byMap(shown) ?? byTable(shown)
}

function byNames({ inputs, outputs }: Shown): FoundHead | undefined {
  if (inputs.includes('orig_target_sizes'))
    return { head: 'rt-detr', because: 'it asks for orig_target_sizes' }
  const dets = outputs.find(({ name }) => name === 'dets')
  const labels = outputs.find(({ name }) => name === 'labels')
  const table = dets && labels && asTable(labels)
  if (!table || dets.dims.at(-1) !== 4 || table.rows !== dets.dims.at(-2)) return undefined
  return { head: 'rf-detr', classes: table.columns, because: 'its outputs are dets and labels' }
}

function byLevels({ outputs, metadata, ...size }: Shown): FoundHead | undefined {
  const levels = findLevels(outputs, { ...size, labels: [] }, metadata.labels?.length)
  if (!levels || levels.length < 2) return undefined
  const classes = outputs[levels[0]?.scores ?? 0]?.dims.at(-1)
  const head = levels.length === 4 ? 'picodet' : 'nanodet'
  return {
    head,
    ...(classes && { classes }),
    because: `it has ${levels.length} pairs of scores and distances`,
  }
}

function byLists({ outputs }: Shown): FoundHead | undefined {
  if (findListed(outputs)) return { head: 'ssd', because: 'its outputs are boxes, scores and classes' }
  const [a, b, ...more] = outputs.map((output) => asTable(output))
  if (!a || !b || more.length > 0 || a.rows !== b.rows) return undefined
  const scores = [a, b].find((each, i) => each.columns !== 4 || /score|conf/i.test(outputs[i]?.name ?? ''))
  if (!scores || !sumsToOne(scores) || (scores === a ? b : a).columns !== 4) return undefined
  return { head: 'ssd', classes: scores.columns - 1, because: 'each of its priors has scores that sum to 1' }
}

function sumsToOne({ data, rows, columns }: Table): boolean {
  for (let row = 0; row < rows; row++) {
    let sum = 0
    for (let column = 0; column < columns; column++) sum += data[row * columns + column] as number
    if (Math.abs(sum - 1) > 0.02) return false
  }
  return rows > 0
}

function byMap({ outputs }: Shown): FoundHead | undefined {
  const [map, ...more] = outputs
  if (!map || more.length > 0 || map.dims.length !== 4) return undefined
  const [, planes = 0, rows = 0, columns = 0] = map.dims
  const classes = planes - 5
  return classes < 1 || rows * columns < 4
    ? undefined
    : { head: 'fastestdet', classes, because: `its one map has ${planes} planes` }
}

/** YOLOv7's and YOLO-NAS' own choice: both begin with the picture's number, and end in score and class in either order. */
function isFlatChoice({ outputs, ...size }: Shown): boolean {
  const dims = outputs[0]?.dims ?? []
  const [rows = 0, columns] = dims
  return (
    outputs.length === 1 &&
    dims.length === 2 &&
    columns === 7 &&
    (pyramidOf(size, rows / 3) ?? gridsOf(size, rows)) === undefined
  )
}

/** YOLOv5 exports may give their raw maps beside the table. */
function onlyTable(outputs: readonly Tensor[]): Table | undefined {
  const tables = outputs.filter(({ dims }) => dims.length <= 3).map(asTable)
  const others = outputs.filter(({ dims }) => dims.length > 3)
  return tables.length === 1 && others.every(({ dims }) => dims.length === 5) ? tables[0] : undefined
}

function byTable(shown: Shown): FoundHead | undefined {
  const { outputs, metadata } = shown
  const table = onlyTable(outputs)
  if (!table) return undefined
  const { rows, columns } = table
  const shape = shapeText([rows, columns])
  const because = (what: string) => `a table of ${shape} has ${what} for ${shown.width} × ${shown.height}`
  if (metadata.endToEnd && columns === 6) return { head: 'end-to-end', because: 'its metadata say end2end' }
  if (columns >= 6 && pyramidOf(shown, rows / 3)) {
    return { head: 'yolov5', classes: columns - 5, because: because('three rows a cell') }
  }
  if (columns >= 6 && pyramidOf(shown, rows)) return oneRowACell(table, shown, because('one row a cell'))
  if (rows >= 5 && rows < columns && gridsOf(shown, columns)) {
    return { head: 'yolov8', classes: rows - 4, because: because('one column a cell') }
  }
  return byValues(table, shown, because)
}

function oneRowACell(table: Table, { metadata, outputs }: Shown, because: string): FoundHead | undefined {
  const { columns } = table
  const known = metadata.labels?.length
  const plus = columns - 32
  if (known === undefined ? plus > 0 && areNanodetPlus(table, plus) : plus === known) {
    return { head: 'nanodet-plus', classes: plus, because: `${because}, classes and 4 × 8 distances` }
  }
  if (known !== undefined && known !== columns - 5) return undefined
  // YOLOv6 has the columns of v5, decoded, and calls its output so.
  const head = outputs.some(({ name }) => name === 'outputs') ? 'yolov5' : 'yolox'
  return { head, classes: columns - 5, because }
}

/** Distances are logits, where another model of this width would have scores. */
function areNanodetPlus(table: Table, classes: number): boolean {
  return isProbable(columnRange(table, 0, classes)) && !isProbable(columnRange(table, classes, table.columns))
}

/** Six columns are the model's own choice, or a one-class head of a single stride, or a DETR of two classes. */
function byValues(table: Table, shown: Shown, because: (what: string) => string): FoundHead | undefined {
  const { data, rows, columns } = table
  if (columns === 6) {
    const classesAreWhole = Array.from({ length: rows }, (_, row) => data[row * 6 + 5]).every(
      Number.isInteger,
    )
    if (classesAreWhole && isProbable(columnRange(table, 4, 5))) {
      return { head: 'end-to-end', because: 'six columns end in a score and a whole number' }
    }
  }
  if (columns >= 6 && gridsOf(shown, rows)) return oneRowACell(table, shown, because('one row a cell'))
  const parts = isRelative(columnRange(table, 0, 4)) && isProbable(columnRange(table, 4, columns))
  return columns >= 5 && columns !== 7 && parts
    ? { head: 'rt-detr-ultralytics', classes: columns - 4, because: because('boxes as parts of the picture') }
    : undefined
}
