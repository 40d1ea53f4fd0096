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

/** So many parts across and down are compared each by itself: a crowd fills some of them, however sharp its edges are. */
const PARTS = { across: 8, down: 6 }

/**
 * What a quarter of the parts must still have in common for the view to be the same: people may stand in all the others,
 * but of a camera that was turned no part is as it was.
 */
const THREE_QUARTERS = 0.75

/** 1 the same, 0 nothing in common: of a quarter of all parts at least so much. Undefined where one of them shows too little. */
export function likeness(a: Structure, b: Structure): number | undefined {
  const parts = partsOf(a, b)
  const sum = (of: 'ofA' | 'ofB' | 'count') => parts.reduce((total, part) => total + part[of], 0)
  if (isPlain(sum('ofA'), sum('count')) || isPlain(sum('ofB'), sum('count'))) return undefined
  const likenesses = parts
    .filter(({ ofA, count }) => !isPlain(ofA, count))
    .map(({ product, ofA, ofB }) => (ofB > 0 ? product / Math.sqrt(ofA * ofB) : 0))
    .sort((left, right) => left - right)
  return likenesses[Math.floor(THREE_QUARTERS * likenesses.length)]
}

const COLUMNS = THUMBNAIL.width - 1
const ROWS = THUMBNAIL.height - 1
/** Of each cell of a structure. */
const PART_OF = Uint8Array.from({ length: COLUMNS * ROWS }, (_, cell) => {
  const across = Math.floor(((cell % COLUMNS) * PARTS.across) / COLUMNS)
  const down = Math.floor((Math.floor(cell / COLUMNS) * PARTS.down) / ROWS)
  return down * PARTS.across + across
})

function partsOf(a: Structure, b: Structure) {
  const none = { product: 0, ofA: 0, ofB: 0, count: 0 }
  const parts = Array.from({ length: PARTS.across * PARTS.down }, () => ({ ...none }))
  a.forEach((left, i) => {
    const right = b[i] ?? 0
    const part = parts[PART_OF[i % PART_OF.length] ?? 0] ?? none
    part.product += left * right
    part.ofA += left * left
    part.ofB += right * right
    part.count += 1
  })
  return parts
}

function isPlain(squares: number, count: number): boolean {
  return squares < LEAST_TEXTURE ** 2 * count
}
