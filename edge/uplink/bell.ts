/** Wakes one loop; rings while it is awake count as one. */
export interface Bell {
  ring(): void
  heard(): Promise<void>
}

export function createBell(): Bell {
  let next = Promise.withResolvers<void>()
  return {
    ring: () => next.resolve(),
    async heard() {
      await next.promise
      next = Promise.withResolvers<void>()
    },
  }
}
