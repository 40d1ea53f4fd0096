/** That something is otherwise than it was taken for, since the first look that said so. */
export interface Doubt {
  /** How long, as far as the camera could see. */
  readonly heldMs: number
  /** Share of the looks that say so; what is older than the window weighs next to nothing. */
  readonly share: number
}

export interface Patience {
  readonly windowMs: number
  /** With a smaller share the doubt is gone. */
  readonly least: number
}

/** After one more look, so long after the one before. */
export function nextDoubt(
  before: Doubt | undefined,
  contrary: boolean,
  passedMs: number,
  { windowMs, least }: Patience,
): Doubt | undefined {
  if (!before) return contrary ? { heldMs: 0, share: 1 } : undefined
  const share = nextShare(before.share, contrary, passedMs, windowMs)
  return share >= least ? { heldMs: before.heldMs + passedMs, share } : undefined
}

export function nextShare(before: number, hit: boolean, passedMs: number, windowMs: number): number {
  return before + (Number(hit) - before) * (1 - Math.exp(-passedMs / windowMs))
}
