/** Addresses of one table, from `from` up to `to`, which is the first behind them. */
export interface Span {
  readonly from: number
  readonly to: number
}

/** The addresses of both, sorted, those that touch as one. */
export function union(spans: readonly Span[], more: readonly Span[]): Span[] {
  const joined: { from: number; to: number }[] = []
  for (const { from, to } of [...spans, ...more].sort((a, b) => a.from - b.from)) {
    const last = joined.at(-1)
    if (last && from <= last.to) last.to = Math.max(last.to, to)
    else if (from < to) joined.push({ from, to })
  }
  return joined
}

/** The addresses of `spans` that are in none of `taken`. */
export function minus(spans: readonly Span[], taken: readonly Span[]): Span[] {
  let left = [...spans]
  for (const { from, to } of taken) {
    left = left
      .flatMap((span) => [
        { from: span.from, to: Math.min(span.to, from) },
        { from: Math.max(span.from, to), to: span.to },
      ])
      .filter((span) => span.from < span.to)
  }
  return left
}

/** Every address of `span` is in one of `spans`, which are joined as `union` leaves them. */
export function covers(spans: readonly Span[], span: Span): boolean {
  return spans.some(({ from, to }) => from <= span.from && span.to <= to)
}

export function overlaps(a: Span, b: Span): boolean {
  return a.from < b.to && b.from < a.to
}
