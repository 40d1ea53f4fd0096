import type { Json } from '@ganzhi/contracts/reading'
import type { Memory } from '@ganzhi/device-drivers/driver'

export interface SessionMemory extends Memory {
  /** What was asked for or learnt. */
  readonly facts: ReadonlyMap<string, Json>
}

/** What a driver learns while one command runs, on top of what a gateway has learnt, where nothing is changed. */
export function sessionMemory(before?: Memory): SessionMemory {
  const facts = new Map<string, Json>()
  return {
    facts,
    recall(key) {
      const fact = facts.get(key) ?? before?.recall(key)
      if (fact !== undefined) facts.set(key, fact)
      return fact
    },
    keep: (key, fact) => void facts.set(key, fact),
  }
}
