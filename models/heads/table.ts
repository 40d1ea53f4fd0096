import { mismatch } from '../model-error.ts'
import { shapeText, type Tensor } from '../tensor.ts'

/** A tensor of 1×rows×columns. */
export interface Table {
  readonly data: Float32Array
  readonly rows: number
  readonly columns: number
}

export function asTable({ dims, data }: Tensor): Table | undefined {
  const [first = 0, rows = 0, columns = 0] = dims.length === 2 ? [1, ...dims] : dims
  return dims.length > 3 || dims.length < 2 || first !== 1 ? undefined : { data, rows, columns }
}

/** The first output that is a table `isIt` says yes to, and where it stands. */
export function findTable(
  outputs: readonly Tensor[],
  wanted: string,
  isIt: (table: Table, name: string) => boolean,
): { at: number; table: Table } {
  for (const [at, output] of outputs.entries()) {
    const table = asTable(output)
    if (table && isIt(table, output.name)) return { at, table }
  }
  const given = outputs.map(({ name, dims }) => `${name} ${shapeText(dims)}`).join(', ')
  throw mismatch('head', `no output is ${wanted}; it gives ${given}`)
}

/** The table that an output bound before gives in this run. */
export function tableAt(outputs: readonly Tensor[], at: number): Table {
  const table = outputs[at] && asTable(outputs[at])
  if (!table) throw mismatch('head', 'an output has changed its shape')
  return table
}

export interface Range {
  readonly low: number
  readonly high: number
}

export function rangeOf(values: Iterable<number>): Range {
  let low = Infinity
  let high = -Infinity
  for (const value of values) {
    if (value < low) low = value
    if (value > high) high = value
  }
  return { low, high }
}

/** Of columns `from` to before `to`. */
export function columnRange({ data, rows, columns }: Table, from: number, to: number): Range {
  let low = Infinity
  let high = -Infinity
  for (let row = 0; row < rows; row++) {
    for (let at = row * columns + from, end = row * columns + to; at < end; at++) {
      const value = data[at] as number
      if (value < low) low = value
      if (value > high) high = value
    }
  }
  return { low, high }
}

/** Scores are told from anything else by their range; half-precision models go a little beyond it. */
export function isProbable({ low, high }: Range): boolean {
  return low >= -0.01 && high <= 1.01
}

export function mustBeScores(range: Range): void {
  if (range.low <= range.high && !isProbable(range)) {
    throw mismatch(
      'head',
      `its scores go from ${range.low.toFixed(2)} to ${range.high.toFixed(2)}, not from 0 to 1`,
    )
  }
}

/** Boxes that stay below this are parts of the picture, not pixels. */
export function isRelative({ low, high }: Range): boolean {
  return low >= -2 && high <= 3
}
