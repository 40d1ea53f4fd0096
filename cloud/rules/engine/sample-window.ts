/**
 * Samples of some span, oldest first, as `[at, value, at, value, …]` in pieces. Never changed, only followed by another: of which
 * all but the last piece are the same ones.
 */
export type SampleWindow = readonly (readonly number[])[]

const PIECE = 64

/** With one more, and without those that were before `from`. */
export function withSample(
  window: SampleWindow | undefined,
  at: number,
  value: number,
  from: number,
): SampleWindow {
  const last = window?.at(-1)
  if (!window || !last) return [[at, value]]
  const kept = window.findIndex((piece) => (piece.at(-2) ?? 0) >= from)
  if (kept === -1) return [[at, value]]
  const pieces =
    last.length < PIECE
      ? [...window.slice(kept, -1), [...last, at, value]]
      : [...window.slice(kept), [at, value]]
  pieces[0] = since(from, pieces[0] ?? [])
  return pieces
}

function since(from: number, piece: readonly number[]): readonly number[] {
  let first = 0
  while ((piece[first] ?? from) < from) first += 2
  return first === 0 ? piece : piece.slice(first)
}
