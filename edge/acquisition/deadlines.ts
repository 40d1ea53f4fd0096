interface Entry<T> {
  readonly item: T
  readonly at: number
  readonly order: number
}

/** Items by time, the earliest first; of one time, in the order in which they came. */
export class Deadlines<T> {
  readonly #heap: Entry<T>[] = []
  #added = 0

  get first(): { readonly item: T; readonly at: number } | undefined {
    return this.#heap[0]
  }

  add(item: T, at: number): void {
    const heap = this.#heap
    const entry = { item, at, order: this.#added++ }
    let i = heap.length
    heap.push(entry)
    while (i > 0) {
      const above = (i - 1) >> 1
      const parent = heap[above] as Entry<T>
      if (!before(entry, parent)) break
      heap[i] = parent
      i = above
    }
    heap[i] = entry
  }

  removeFirst(): void {
    const heap = this.#heap
    const last = heap.pop()
    if (!last || heap.length === 0) return
    let i = 0
    for (;;) {
      const left = 2 * i + 1
      const [a, b] = [heap[left], heap[left + 1]]
      if (!a) break
      const [child, at] = b && before(b, a) ? [b, left + 1] : [a, left]
      if (!before(child, last)) break
      heap[i] = child
      i = at
    }
    heap[i] = last
  }
}

function before<T>(a: Entry<T>, b: Entry<T>): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order)
}
