import type { OrderContext } from './orders.ts'

/** What a simulator's command is given from outside. */
export interface CommandContext extends OrderContext {
  readonly args: readonly string[]
  readonly now: () => number
  readonly signal: AbortSignal
}

export async function aborted(signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
