export interface BatchLimits {
  readonly rows: number
  readonly bytes: number
  readonly messages: number
  /** From the first item on. */
  readonly waitMs: number
}

export interface Weight {
  readonly rows: number
  readonly bytes: number
}

/** Items as they come, cut where a limit is reached or the first has waited long enough. None is ever empty. */
export async function* inBatches<T>(
  items: AsyncIterable<T>,
  limits: BatchLimits,
  weigh: (item: T) => Weight,
): AsyncGenerator<T[], void, void> {
  const iterator = items[Symbol.asyncIterator]()
  try {
    let next = iterator.next()
    for (;;) {
      const first = await next
      if (first.done === true) return
      const batch = [first.value]
      let { rows, bytes } = weigh(first.value)
      next = iterator.next()
      using deadline = afterMs(limits.waitMs)
      while (rows < limits.rows && bytes < limits.bytes && batch.length < limits.messages) {
        const item = await Promise.race([next, deadline.over])
        if (item === 'over' || item.done === true) break
        batch.push(item.value)
        const weight = weigh(item.value)
        rows += weight.rows
        bytes += weight.bytes
        next = iterator.next()
      }
      yield batch
    }
  } finally {
    await iterator.return?.()
  }
}

function afterMs(ms: number): Disposable & { readonly over: Promise<'over'> } {
  const { promise, resolve } = Promise.withResolvers<'over'>()
  const timer = setTimeout(resolve, ms, 'over')
  return { over: promise, [Symbol.dispose]: () => clearTimeout(timer) }
}
