import type { Size } from './buffers.ts'

/** Pixels a side. */
const TILE = 16

/** Parts of a picture that something changed. */
export class Tiles {
  readonly #columns: number
  readonly #rows: number
  readonly #marked: Uint8Array

  constructor({ width, height }: Size) {
    this.#columns = Math.ceil(width / TILE)
    this.#rows = Math.ceil(height / TILE)
    this.#marked = new Uint8Array(this.#columns * this.#rows)
  }

  clear(): void {
    this.#marked.fill(0)
  }

  markAll(): void {
    this.#marked.fill(1)
  }

  /** In pixels, and beyond the picture's edges too. */
  mark(left: number, top: number, right: number, bottom: number): void {
    const last = Math.min(this.#columns - 1, Math.floor(right / TILE))
    for (
      let row = Math.max(0, Math.floor(top / TILE));
      row <= Math.min(this.#rows - 1, bottom / TILE);
      row++
    ) {
      for (let column = Math.max(0, Math.floor(left / TILE)); column <= last; column++) {
        this.#marked[row * this.#columns + column] = 1
      }
    }
  }

  add(other: Tiles): void {
    other.#marked.forEach((marked, i) => {
      if (marked === 1) this.#marked[i] = 1
    })
  }

  /** Runs of pixels of one row each, from the top. */
  forEachRun({ width, height }: Size, see: (y: number, left: number, right: number) => void): void {
    for (let y = 0; y < height; y++) {
      const first = Math.floor(y / TILE) * this.#columns
      for (let column = 0; column < this.#columns; column++) {
        if (this.#marked[first + column] === 0) continue
        const from = column
        while (column + 1 < this.#columns && this.#marked[first + column + 1] === 1) column++
        see(y, from * TILE, Math.min(width, (column + 1) * TILE))
      }
    }
  }
}
