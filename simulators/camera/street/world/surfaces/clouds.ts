import { keyOf, randomStream } from '../../../../signal.ts'

/** Soft spots of all sizes, values in [0, 1), over a square of `size` pixels that repeats; the largest fill 1 / `period` of it. */
export function cloudsOf(seed: number, size: number, period: number, octaves: number): Float32Array {
  const clouds = new Float32Array(size * size)
  for (let octave = 0; octave < octaves; octave++) {
    addOctave(clouds, size, period << octave, 0.5 ** (octave + 1), randomStream(keyOf(seed, octave)))
  }
  return clouds
}

function addOctave(
  clouds: Float32Array,
  size: number,
  cells: number,
  weight: number,
  random: () => number,
): void {
  const values = Float32Array.from({ length: cells * cells }, () => weight * random())
  const scale = cells / size
  for (let y = 0; y < size; y++) {
    const top = Math.floor(y * scale)
    const dy = smooth(y * scale - top)
    const above = top * cells
    const below = ((top + 1) % cells) * cells
    for (let x = 0; x < size; x++) {
      const left = Math.floor(x * scale)
      const right = (left + 1) % cells
      const dx = smooth(x * scale - left)
      const high = (values[above + left] as number) * (1 - dx) + (values[above + right] as number) * dx
      const low = (values[below + left] as number) * (1 - dx) + (values[below + right] as number) * dx
      clouds[y * size + x] = (clouds[y * size + x] as number) + high * (1 - dy) + low * dy
    }
  }
}

function smooth(share: number): number {
  return share * share * (3 - 2 * share)
}
