import type { Names } from '@ganzhi/contracts/profile'
import type { RuleScope } from '@ganzhi/contracts/rule'
import { SEVERITIES } from '@ganzhi/contracts/severity'
import type { AlarmState, Transition } from '@ganzhi/contracts/transition'
import { chineseWhy } from './chinese-why.ts'
import { englishWhy } from './english-why.ts'
import { type KnownNames, wordsIn } from './names.ts'
import { spaced } from './rule-reading.ts'
import type { Told } from './why-words.ts'

/** Of these the value is what came before, or of no matter. */
const WITHOUT_VALUE = [
  'noData',
  'stale',
  'offline',
  'during',
  'events',
  'because',
  'rate',
  'equals',
  'outside',
  'devices',
] as const

/**
 * Why a rule of this scope told a transition, in a sentence: value, threshold, how long and since when. Times stand in it as RFC 3339, for
 * whoever shows it to write by the clock of who reads it.
 */
export function whyReading(
  { why, value, from, to }: Pick<Transition, 'why' | 'value' | 'from' | 'to'>,
  scope: RuleScope,
  known: KnownNames = {},
): Names {
  const own = scope.property ?? ''
  const told: Told = {
    why,
    began: rank(to) > rank(from),
    value: typeof value === 'number' ? legible(value) : (value ?? ''),
    showsValue:
      value !== null &&
      (typeof why['property'] === 'string' || own !== '') &&
      !WITHOUT_VALUE.some((field) => field in why),
  }
  return {
    zh: spaced(chineseWhy(told, own, wordsIn('zh', known))),
    en: englishWhy(told, own, wordsIn('en', known)),
  }
}

/** Such as came of a reckoning has more digits than anybody reads. */
function legible(value: number): number {
  return Number.isInteger(value) ? value : Number(value.toPrecision(6))
}

function rank(state: AlarmState): number {
  return state === 'clear' ? -1 : SEVERITIES.indexOf(state)
}
