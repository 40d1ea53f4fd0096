import { setTimeout as delay } from 'node:timers/promises'

const POLL_MS = 50

export interface UntilOptions {
  readonly withinMs: number
  readonly signal?: AbortSignal | undefined
}

/** Asks again and again until the answer is truthy. `what` is said when the time is up, so let it tell the present state. */
export async function until<Answer>(
  what: string | (() => string),
  ask: () => Answer | Promise<Answer>,
  { withinMs, signal }: UntilOptions,
): Promise<NonNullable<Answer>> {
  const deadline = performance.now() + withinMs
  for (;;) {
    const answer = await ask()
    if (answer) return answer
    if (performance.now() > deadline) {
      throw new Error(`In ${withinMs / 1000} s there was no ${typeof what === 'string' ? what : what()}`)
    }
    await delay(POLL_MS, undefined, { ...(signal && { signal }) })
  }
}
