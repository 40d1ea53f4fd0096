/**
 * Gives rows columns so that the sum of costs is least; a row stays alone where every column costs it more than `alone`.
 * `costs[row][column]`, Infinity where the two may not meet. Answers the column of each row, -1 for none.
 *
 * Rows that share no column have nothing to settle with each other: each group of rows is solved by itself, so that
 * a thousand boxes far apart cost what a thousand single ones do.
 */
export function assign(costs: readonly (readonly number[])[], alone: number): number[] {
  const columnOf = costs.map(() => -1)
  for (const rows of groups(costs, alone)) {
    const columns = [...new Set(rows.flatMap((row) => meetable(costs[row] ?? [], alone)))]
    const part = rows.map((row) => columns.map((column) => costs[row]?.[column] ?? Infinity))
    shortestPaths(part, alone).forEach((column, at) => {
      columnOf[rows[at] ?? 0] = columns[column] ?? -1
    })
  }
  return columnOf
}

function meetable(row: readonly number[], alone: number): number[] {
  return row.flatMap((cost, column) => (cost < alone ? [column] : []))
}

function groups(costs: readonly (readonly number[])[], alone: number): number[][] {
  const ownerOf = new Map<number, number[]>()
  for (const [row, each] of costs.entries()) {
    const columns = meetable(each, alone)
    const rows = [row]
    for (const met of new Set(columns.map((column) => ownerOf.get(column)))) {
      if (!met) continue
      rows.push(...met)
      for (const [column, owner] of ownerOf) if (owner === met) ownerOf.set(column, rows)
    }
    for (const column of columns) ownerOf.set(column, rows)
  }
  return [...new Set(ownerOf.values())]
}

/**
 * Successive shortest augmenting paths with potentials (Jonker and Volgenant 1987), rows one by one. Behind the real
 * columns stands one column a row at the price of staying alone, so that every row finds a place.
 */
function shortestPaths(costs: readonly (readonly number[])[], alone: number): number[] {
  const rows = costs.length
  const columns = (costs[0]?.length ?? 0) + rows
  const costOf = (row: number, column: number) => {
    const real = columns - rows
    if (column >= real) return column - real === row ? alone : Infinity
    return costs[row]?.[column] ?? Infinity
  }
  const rowPrice = new Float64Array(rows)
  const columnPrice = new Float64Array(columns)
  const rowOf = new Int32Array(columns).fill(-1)
  const columnOf = new Int32Array(rows).fill(-1)

  for (let start = 0; start < rows; start++) {
    const distance = new Float64Array(columns).fill(Infinity)
    const from = new Int32Array(columns).fill(start)
    const done = new Uint8Array(columns)
    let row = start
    let reached = 0
    let end = -1
    while (end < 0) {
      let nearest = -1
      for (let column = 0; column < columns; column++) {
        if (done[column]) continue
        const through = reached + costOf(row, column) - (rowPrice[row] ?? 0) - (columnPrice[column] ?? 0)
        if (through < (distance[column] ?? Infinity)) {
          distance[column] = through
          from[column] = row
        }
        if (nearest < 0 || (distance[column] ?? Infinity) < (distance[nearest] ?? Infinity)) nearest = column
      }
      reached = distance[nearest] ?? Infinity
      done[nearest] = 1
      const owner = rowOf[nearest] ?? -1
      if (owner < 0) end = nearest
      else row = owner
    }
    for (let column = 0; column < columns; column++) {
      if (!done[column]) continue
      const slack = reached - (distance[column] ?? 0)
      const owner = rowOf[column] ?? -1
      if (owner >= 0) rowPrice[owner] = (rowPrice[owner] ?? 0) + slack
      columnPrice[column] = (columnPrice[column] ?? 0) - slack
    }
    rowPrice[start] = (rowPrice[start] ?? 0) + reached
    for (let column = end; ;) {
      const owner = from[column] ?? start
      const next = columnOf[owner] ?? -1
      rowOf[column] = owner
      columnOf[owner] = column
      if (owner === start) break
      column = next
    }
  }
  return [...columnOf]
}
