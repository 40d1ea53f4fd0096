/** x1, y1, x2, y2 in pixels of the frame, from its top left corner. */
export type Box = readonly [number, number, number, number]

/** One thing that a model sees in a frame. */
export interface Detection {
  /** As the model's card calls it. */
  readonly label: string
  /** 0 to 1 */
  readonly score: number
  readonly box: Box
}
