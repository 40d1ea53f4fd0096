/** Beside a list there is room for what is chosen of it; on a phone that would hide the list. */
export function hasRoomBeside(): boolean {
  return matchMedia('(width >= 860px)').matches
}
