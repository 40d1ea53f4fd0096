/** When a rule counts (docs/rules.md, 9). */
export interface OpenSchedule {
  isActive(this: void, at: number): boolean
  /** The first moment after `at` at which it begins or ends to count; undefined where it never does again. */
  nextEdge(this: void, at: number): number | undefined
}
