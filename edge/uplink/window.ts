/** How much may be on the wire unanswered. */
export interface Window {
  readonly bytes: number
  readonly messages: number
  /** A message was taken after so long. */
  answered(bytes: number, tookMs: number): void
  /** A message was not answered at all. */
  lost(): void
}

export interface WindowLimits {
  readonly leastBytes: number
  readonly mostBytes: number
  readonly messages: number
}

export const DEFAULT_WINDOW: WindowLimits = {
  leastBytes: 64 * 1024,
  mostBytes: 4 * 1024 * 1024,
  messages: 512,
}

/** An alarm must not wait behind more backlog than the link carries in about this time. */
const QUEUEING_MS = 250
const SHRINK = 0.8

/**
 * Grows while answers come quickly, shrinks when they queue: on a thin link a fixed window would put half a minute of
 * backlog in front of each event, and time out its own messages.
 */
export function adaptiveWindow(limits: WindowLimits): Window {
  const { leastBytes, mostBytes, messages } = limits
  let bytes = Math.min(mostBytes, 4 * leastBytes)
  let quickestMs = Number.POSITIVE_INFINITY
  let sinceShrink = 0

  function shrink(factor: number): void {
    bytes = Math.max(leastBytes, bytes * factor)
    sinceShrink = 0
  }

  return {
    get bytes() {
      return bytes
    },
    messages,
    answered(size, tookMs) {
      // Routes change: an old best time fades.
      quickestMs = Math.min(quickestMs * 1.001, tookMs)
      sinceShrink += size
      if (tookMs < 2 * quickestMs + QUEUEING_MS) bytes = Math.min(mostBytes, bytes + size)
      else if (sinceShrink >= bytes) shrink(SHRINK)
    },
    lost: () => shrink(SHRINK / 2),
  }
}
