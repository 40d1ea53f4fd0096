import { durationMs } from '@ganzhi/contracts/duration'
import type { Rule } from '@ganzhi/contracts/rule'
import { devicePartsOf, levelOf } from '../areas/device-parts.ts'
import type { JudgedRule } from '../engine/judged-rule.ts'
import { type CompiledRule, type Surroundings, compileRule } from '../engine/compile-rule.ts'

const LATENESS_MS = 10_000

/** One version of a rule, ready to judge by. */
export interface LiveRule {
  readonly id: string
  readonly version: number
  readonly document: JudgedRule
  readonly compiled: CompiledRule
  /** What is so much older than the platform's time is judged: nothing earlier is waited for. */
  readonly latenessMs: number
  /** Of a rule over areas: what of it is judged at devices. */
  readonly parts?: readonly LiveRule[]
  /** It is such a part, by its name. What comes of it are facts, and no alarms. */
  readonly part?: string
}

export function openRule(document: Rule, surroundings: Surroundings): LiveRule {
  const rule = ruleOf(document, surroundings)
  if (levelOf(document) === undefined) return rule
  const parts = devicePartsOf(document).map((each) => ({
    ...ruleOf(each.rule, surroundings),
    part: each.part,
  }))
  return { ...rule, parts }
}

function ruleOf(document: JudgedRule, surroundings: Surroundings): LiveRule {
  const { id, version, lateness } = document
  return {
    id,
    version,
    document,
    compiled: compileRule(document, surroundings),
    latenessMs: lateness === undefined ? LATENESS_MS : durationMs(lateness),
  }
}
