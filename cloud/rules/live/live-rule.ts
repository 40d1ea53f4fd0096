import { durationMs } from '@ganzhi/contracts/duration'
import type { Rule } from '@ganzhi/contracts/rule'
import { type CompiledRule, type Surroundings, compileRule } from '../engine/compile-rule.ts'

const LATENESS_MS = 10_000

/** One version of a rule, ready to judge by. */
export interface LiveRule {
  readonly id: string
  readonly version: number
  readonly document: Rule
  readonly compiled: CompiledRule
  /** What is so much older than the platform's time is judged: nothing earlier is waited for. */
  readonly latenessMs: number
}

export function openRule(document: Rule, surroundings: Surroundings): LiveRule {
  const { id, version, lateness } = document
  return {
    id,
    version,
    document,
    compiled: compileRule(document, surroundings),
    latenessMs: lateness === undefined ? LATENESS_MS : durationMs(lateness),
  }
}
