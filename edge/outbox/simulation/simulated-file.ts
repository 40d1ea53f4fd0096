/** A change that a file has seen and its disk perhaps not. */
export type FileChange = { readonly bytes: Uint8Array; readonly position: number } | { readonly size: number }

const SECTOR_BYTES = 512

export function applied(content: Uint8Array, change: FileChange): Uint8Array {
  const size =
    'size' in change ? change.size : Math.max(content.length, change.position + change.bytes.length)
  const changed = new Uint8Array(size)
  changed.set(content.subarray(0, size))
  if ('bytes' in change) changed.set(change.bytes, change.position)
  return changed
}

/** What a power cut leaves of a change: all, nothing, or, of a write, some of its sectors. */
export function tear(change: FileChange, chance: () => number): FileChange[] {
  const fate = chance()
  if (fate < 0.35) return []
  if (fate < 0.7 || !('bytes' in change)) return [change]
  const { bytes, position } = change
  const sectors: FileChange[] = []
  for (let from = 0; from < bytes.length;) {
    const to = Math.min(bytes.length, from + SECTOR_BYTES - ((position + from) % SECTOR_BYTES))
    if (chance() < 0.5) sectors.push({ bytes: bytes.subarray(from, to), position: position + from })
    from = to
  }
  return sectors
}
