import { THUMBNAIL, type Thumbnail } from './thumbnail.ts'

/** Where a picture gets brighter, to the right and downwards: light changes leave it, turning the camera doesn't. */
export type Structure = Float32Array

/** Mean steepness below which a picture shows too little to be compared. */
const LEAST_TEXTURE = 0.5

export function structureOf(thumbnail: Thumbnail): Structure {
  const { width, height } = THUMBNAIL
  const cells = (width - 1) * (height - 1)
  const structure = new Float32Array(2 * cells)
  let i = 0
  for (let y = 0; y < height - 1; y++) {
    for (let x = 0; x < width - 1; x++, i++) {
      const here = thumbnail[y * width + x] ?? 0
      structure[i] = (thumbnail[y * width + x + 1] ?? 0) - here
      structure[cells + i] = (thumbnail[(y + 1) * width + x] ?? 0) - here
    }
  }
  return structure
}

/** 1 the same, 0 nothing in common; undefined where one of them shows too little. */
export function likeness(a: Structure, b: Structure): number | undefined {
  let [product, ofA, ofB] = [0, 0, 0]
  a.forEach((left, i) => {
    const right = b[i] ?? 0
    product += left * right
    ofA += left * left
    ofB += right * right
  })
  const least = LEAST_TEXTURE ** 2 * a.length
  return ofA < least || ofB < least ? undefined : product / Math.sqrt(ofA * ofB)
}
