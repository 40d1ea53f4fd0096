/** A picture as it comes from a camera or a file. */
export interface Frame {
  readonly width: number
  readonly height: number
  /** RGB, three bytes a pixel, row by row from the top. */
  readonly rgb: Uint8Array
  /** When it was taken, ms since 1970. */
  readonly at: number
}
