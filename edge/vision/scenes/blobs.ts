/** Pixels that hang together. */
export interface Blob {
  readonly pixels: readonly number[]
  /** In pixels; right and bottom are the first beyond. */
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

/** Pixels no further apart than this hang together: an object has plain parts that look like the ground. */
const GAP = 2

/** Whatever in `marked` is not 0, by what hangs together; `visited` and `stack` are room to work in. */
export function blobsIn(
  marked: Uint8Array,
  width: number,
  least: number,
  { visited, stack }: { readonly visited: Uint8Array; readonly stack: Int32Array },
): Blob[] {
  visited.fill(0)
  const height = marked.length / width
  const blobs: Blob[] = []
  for (let seed = 0; seed < marked.length; seed++) {
    if (!marked[seed] || visited[seed]) continue
    const pixels: number[] = []
    let [left, top, right, bottom] = [width, height, 0, 0]
    let waiting = 0
    stack[waiting++] = seed
    visited[seed] = 1
    while (waiting > 0) {
      const at = stack[--waiting] ?? 0
      const [x, y] = [at % width, Math.floor(at / width)]
      pixels.push(at)
      left = Math.min(left, x)
      top = Math.min(top, y)
      right = Math.max(right, x + 1)
      bottom = Math.max(bottom, y + 1)
      for (let ny = Math.max(0, y - GAP); ny <= Math.min(height - 1, y + GAP); ny++) {
        for (let nx = Math.max(0, x - GAP); nx <= Math.min(width - 1, x + GAP); nx++) {
          const next = ny * width + nx
          if (!marked[next] || visited[next]) continue
          visited[next] = 1
          stack[waiting++] = next
        }
      }
    }
    if (pixels.length >= least) blobs.push({ pixels, left, top, right, bottom })
  }
  return blobs
}
