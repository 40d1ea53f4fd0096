import type { Names, Profile, Property } from '@ganzhi/contracts/profile'
import type { Rule, RuleScope } from '@ganzhi/contracts/rule'
import { loadProfiles } from '@ganzhi/firmware-config/profile-folder'
import { loadScenes } from '@ganzhi/firmware-config/scenes/scene-folder'
import { SCORE } from '@ganzhi/models/anomaly/score-reading'
import type { KnownNames } from './names.ts'
import { readingOf } from './rule-reading.ts'
import { whyReading } from './why-reading.ts'

/** No profile has it: models make it of all else. */
const SCORE_NAMED: Property = {
  id: SCORE,
  names: { zh: '异常程度', en: 'anomaly score' },
  type: 'float',
  access: 'r',
}

export interface RuleReader {
  /** What a rule does. */
  readonly rule: (rule: Rule) => Names
  /** Why one of this scope told what it told. */
  readonly why: (told: Parameters<typeof whyReading>[0], scope: RuleScope) => Names
}

/** Reads with the names of the profiles and scenes that come with the platform. */
export async function loadRuleReader(): Promise<RuleReader> {
  const namesFor = await loadNames()
  return {
    rule: (rule) => readingOf(rule, namesFor(rule.for)),
    why: (told, scope) => whyReading(told, scope, namesFor(scope)),
  }
}

async function loadNames(): Promise<(scope: RuleScope) => KnownNames> {
  const [known, scenes] = await Promise.all([loadProfiles(), loadScenes()])
  const profiles = [...known.values()]
  const ofAll = agreed(profiles).set(SCORE, SCORE_NAMED)
  const names = {
    profiles: new Map(profiles.map((profile) => [profile.id, profile.names])),
    events: new Map(
      [...scenes.values()].flatMap((scene) =>
        [scene, ...Object.values(scene.variants ?? {})].map(({ event, names: named }): [string, Names] => [
          `cn.ganzhi.vision.${event}`,
          named,
        ]),
      ),
    ),
  }
  return (scope) => {
    const profile = known.get(scope.profile ?? '')
    return { ...names, properties: profile ? agreed([profile]).set(SCORE, SCORE_NAMED) : ofAll }
  }
}

/** A rule that names no profile may mean any: a property is called by its name where all of them call it the same. */
function agreed(profiles: readonly Profile[]): Map<string, Property> {
  const found = new Map<string, Property[]>()
  for (const property of profiles.flatMap(({ properties }) => properties)) {
    found.set(property.id, [...(found.get(property.id) ?? []), property])
  }
  const called = ({ names, unit, type, labels }: Property): string =>
    JSON.stringify([names.zh, names.en, unit, type, labels])
  return new Map(
    [...found].flatMap(([id, [first, ...others]]): [string, Property][] =>
      first && others.every((each) => called(each) === called(first)) ? [[id, first]] : [],
    ),
  )
}
