import type { Json } from '@ganzhi/contracts/reading'
import type { Memory } from './driver.ts'

/** Keeps nothing longer than a test. */
export function fakeMemory(facts: Record<string, Json> = {}): Memory {
  const kept = new Map(Object.entries(facts))
  return {
    recall: (key) => kept.get(key),
    keep: (key, fact) => void kept.set(key, fact),
  }
}
