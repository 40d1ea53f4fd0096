import { GanzhiError } from '@ganzhi/contracts/error'

const WINDOW_MS = 60_000
const MAX_WATCHED = 30_000
/** Each login costs 32 MiB and a thread of the four that also serve files and DNS. */
const MAX_AT_ONCE = 2
const MAX_WAITING = 16

export interface LoginGuard {
  /** Runs `attempt` when this name and address may still try; one that yields undefined counts as failed. */
  readonly guard: <T>(
    name: string,
    address: string,
    attempt: () => Promise<T | undefined>,
  ) => Promise<T | undefined>
}

/** Slows down guessing, and keeps passwords from eating the machine. */
export function loginGuard(now: () => number): LoginGuard {
  const failures = new Map<string, { count: number; since: number }>()
  const waiting: (() => void)[] = []
  let running = 0

  const blockedFor = ({ key, allowed }: Watch): number => {
    const entry = failures.get(key)
    return entry && entry.count >= allowed ? Math.max(0, entry.since + WINDOW_MS - now()) : 0
  }

  const add = ({ key }: Watch, n: 1 | -1) => {
    const entry = failures.get(key)
    const current = entry && now() - entry.since < WINDOW_MS ? entry : { count: 0, since: now() }
    failures.delete(key)
    if (current.count + n > 0) failures.set(key, { ...current, count: current.count + n })
    const oldest = failures.keys().next()
    if (failures.size > MAX_WATCHED && !oldest.done) failures.delete(oldest.value)
  }

  const enter = async () => {
    if (running < MAX_AT_ONCE) running += 1
    else if (waiting.length >= MAX_WAITING) throw tooMany(1)
    else await new Promise<void>((resolve) => waiting.push(resolve))
  }

  const leave = () => {
    const next = waiting.shift()
    if (next) next()
    else running -= 1
  }

  return {
    async guard(name, address, attempt) {
      const watches = watchesOf(name, address)
      const waitMs = Math.max(...watches.map(blockedFor))
      if (waitMs > 0) throw tooMany(Math.ceil(waitMs / 1000))
      await enter()
      // Counted before its outcome is known, so that a hundred at once don't all slip through.
      for (const watch of watches) add(watch, 1)
      try {
        const result = await attempt()
        if (result !== undefined) for (const watch of watches) add(watch, -1)
        return result
      } finally {
        leave()
      }
    },
  }
}

interface Watch {
  readonly key: string
  readonly allowed: number
}

/** Strict on the pair, so that a stranger who guesses at `admin` does not lock out the real one elsewhere. */
function watchesOf(name: string, address: string): Watch[] {
  return [
    { key: `pair ${address} ${name}`, allowed: 5 },
    { key: `address ${address}`, allowed: 20 },
    { key: `name ${name}`, allowed: 100 },
  ]
}

function tooMany(seconds: number): GanzhiError {
  return new GanzhiError('Too many logins were tried.', {
    code: 'too-many-logins',
    blame: 'caller',
    remedy: `Wait ${seconds} s, then try again.`,
    retryable: true,
  })
}
