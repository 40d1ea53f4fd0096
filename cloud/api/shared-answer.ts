/** One answer for everybody who asks while it is under way, and until it is `freshMs` old. */
export function shared<T>(ask: () => Promise<T>, freshMs: number, now: () => number): () => Promise<T> {
  let last: { readonly answer: Promise<T>; readonly at: number } | undefined
  return () => {
    if (!last || now() - last.at >= freshMs) last = { answer: ask(), at: now() }
    return last.answer
  }
}
