/** Red, green, blue as light, 0…1; more than 1 glows. */
export type Colour = readonly [red: number, green: number, blue: number]

/** Repeats beyond its edges. */
export interface Texture {
  readonly width: number
  readonly height: number
  /** Four bytes a pixel, from the top left; where alpha is under 128 nothing is drawn. */
  readonly rgba: Uint8ClampedArray
}

export interface Material {
  readonly colour: Colour
  /** Multiplied with the colour. */
  readonly texture?: Texture
  /** 0 is chalk, 1 is varnish. */
  readonly gloss?: number
  /** Light of its own, which neither sun nor shadow change. */
  readonly glow?: Colour
}

/** Metres: x to the right, y up, z away from who looks. Triangles run counter-clockwise seen from outside. */
export interface Mesh {
  /** Three numbers a corner. */
  readonly positions: Float32Array
  readonly normals: Float32Array
  /** Two numbers a corner, where there is a texture. */
  readonly uvs?: Float32Array
  /** Three corners a triangle. */
  readonly indices: Uint32Array
  readonly material: Material
}

/** What a detector is to find, in the order of its classes. */
export const LABELS = ['person', 'vehicle', 'two-wheeler', 'stall', 'umbrella', 'garbage', 'bin'] as const
export type Label = (typeof LABELS)[number]

/** What has a box of its own: a stall's umbrella is a part beside the stall. */
export interface Part {
  /** None: it hides others, and is not looked for. */
  readonly label?: Label
  readonly meshes: readonly Mesh[]
}

/** Stands at the origin on the ground y = 0, its front towards -z, which is towards the viewer. */
export interface Thing {
  readonly parts: readonly Part[]
}
