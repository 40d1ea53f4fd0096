type Size = { readonly width: number; readonly height: number }

export interface Grid {
  readonly stride: number
  readonly columns: number
  readonly rows: number
  readonly cells: number
}

export function gridOf({ width, height }: Size, stride: number): Grid {
  const [columns, rows] = [Math.ceil(width / stride), Math.ceil(height / stride)]
  return { stride, columns, rows, cells: columns * rows }
}

// Heads of several strides first: a single one may have as many cells by chance.
const PYRAMIDS = [
  [8, 16, 32],
  [8, 16, 32, 64],
  [4, 8, 16, 32],
  [16, 32],
]
const SINGLES = [[4], [8], [16], [32], [64]]

function matching(size: Size, cells: number, sets: readonly (readonly number[])[]): Grid[] | undefined {
  return sets
    .map((strides) => strides.map((stride) => gridOf(size, stride)))
    .find((grids) => grids.reduce((sum, grid) => sum + grid.cells, 0) === cells)
}

/** The grids of several strides that have this many cells together. */
export function pyramidOf(size: Size, cells: number): Grid[] | undefined {
  return matching(size, cells, PYRAMIDS)
}

/** As `pyramidOf`; or the one grid of a head with a single stride. */
export function gridsOf(size: Size, cells: number): Grid[] | undefined {
  return pyramidOf(size, cells) ?? matching(size, cells, SINGLES)
}

export interface Cell {
  readonly x: number
  readonly y: number
  readonly stride: number
}

/** Every cell of the grids, in the order of rows of an output. */
export function cellsOf(grids: readonly Grid[]): Cell[] {
  return grids.flatMap(({ stride, columns, cells }) =>
    Array.from({ length: cells }, (_, i) => ({ x: i % columns, y: Math.floor(i / columns), stride })),
  )
}
