export interface Gate {
  /** Waits while the gate is closed; the answer is the way out. */
  enter(): Promise<() => void>
  readonly open: () => void
  /** Lets nobody in any more, and resolves when those inside have come out. */
  readonly close: () => Promise<void>
}

export function openGate(): Gate {
  const state = { closed: false, inside: 0 }
  let reopened = Promise.withResolvers<void>()
  let emptied = Promise.withResolvers<void>()
  return {
    async enter() {
      while (state.closed) await reopened.promise
      state.inside++
      return () => {
        state.inside--
        if (state.inside === 0) emptied.resolve()
      }
    },
    open() {
      state.closed = false
      reopened.resolve()
    },
    async close() {
      state.closed = true
      reopened = Promise.withResolvers()
      emptied = Promise.withResolvers()
      if (state.inside > 0) await emptied.promise
    },
  }
}
