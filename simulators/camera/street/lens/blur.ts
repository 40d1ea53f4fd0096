/** Softens a picture of three channels in place, by a bell of so many pixels. */
export function blur(picture: Float32Array, width: number, height: number, pixels: number): void {
  const reach = Math.ceil(2 * pixels)
  const weights = Float32Array.from({ length: reach + 1 }, (_, i) =>
    Math.exp(-(i * i) / (2 * pixels * pixels)),
  )
  const sum = weights.reduce((all, weight, i) => all + (i === 0 ? weight : 2 * weight), 0)
  weights.forEach((weight, i) => (weights[i] = weight / sum))
  const line = new Float32Array(3 * (Math.max(width, height) + 2 * reach))
  for (let y = 0; y < height; y++)
    softenLine(picture, line, weights, { from: 3 * y * width, step: 3, count: width })
  for (let x = 0; x < width; x++)
    softenLine(picture, line, weights, { from: 3 * x, step: 3 * width, count: height })
}

interface Line {
  readonly from: number
  readonly step: number
  readonly count: number
}

function softenLine(
  picture: Float32Array,
  line: Float32Array,
  weights: Float32Array,
  { from, step, count }: Line,
): void {
  const reach = weights.length - 1
  for (let i = -reach; i < count + reach; i++) {
    const at = from + Math.min(count - 1, Math.max(0, i)) * step
    const to = 3 * (i + reach)
    line[to] = picture[at] as number
    line[to + 1] = picture[at + 1] as number
    line[to + 2] = picture[at + 2] as number
  }
  for (let i = 0; i < count; i++) {
    for (let k = 0; k < 3; k++) {
      const middle = 3 * (i + reach) + k
      let sum = (line[middle] as number) * (weights[0] as number)
      for (let d = 1; d <= reach; d++) {
        sum += (weights[d] as number) * ((line[middle - 3 * d] as number) + (line[middle + 3 * d] as number))
      }
      picture[from + i * step + k] = sum
    }
  }
}
