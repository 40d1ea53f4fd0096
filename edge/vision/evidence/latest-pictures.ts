import type { Picture } from './recent-pictures.ts'

/** Twenty seconds of a restless street, five pictures of 640 × 360 a second. */
const MOST_BYTES = 8 * 1024 * 1024

/** Every picture of the last seconds, for a clip of them. */
export class LatestPictures {
  readonly #keepMs: number
  #pictures: readonly Picture[] = []

  constructor(seconds: number) {
    this.#keepMs = seconds * 1_000
  }

  add(picture: Picture): void {
    // What is from much later was taken by a clock that has been set back since.
    const near = this.#pictures.filter(({ at }) => Math.abs(picture.at - at) <= this.#keepMs)
    this.#pictures = [...near, picture].toSorted((a, b) => a.at - b.at)
    while (bytesOf(this.#pictures) > MOST_BYTES) this.#pictures = this.#pictures.slice(1)
  }

  /** What was to be seen at each step of that time: in between, the picture before. */
  film({ from, to, everyMs }: Readonly<Record<'from' | 'to' | 'everyMs', number>>): Uint8Array[] {
    const pictures = this.#pictures.filter(({ at }) => at >= from && at <= to)
    const begin = pictures[0]?.at ?? to
    const steps = Array.from(
      { length: Math.floor((to - begin) / everyMs) + 1 },
      (_, i) => begin + i * everyMs,
    )
    return steps.flatMap((step) => pictures.findLast(({ at }) => at <= step)?.jpeg ?? [])
  }
}

function bytesOf(pictures: readonly Picture[]): number {
  return pictures.reduce((sum, { jpeg }) => sum + jpeg.length, 0)
}
