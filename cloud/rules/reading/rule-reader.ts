import type { Names, Profile, Property } from '@ganzhi/contracts/profile'
import type { Rule } from '@ganzhi/contracts/rule'
import { loadProfiles } from '@ganzhi/firmware-config/profile-folder'
import { loadScenes } from '@ganzhi/firmware-config/scenes/scene-folder'
import { readingOf } from './rule-reading.ts'

/** Reads rules with the names of the profiles and scenes that come with the platform. */
export async function loadRuleReader(): Promise<(rule: Rule) => Names> {
  const [known, scenes] = await Promise.all([loadProfiles(), loadScenes()])
  const profiles = [...known.values()]
  const ofAll = agreed(profiles)
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
  return (rule) => {
    const profile = known.get(rule.for.profile ?? '')
    return readingOf(rule, { ...names, properties: profile ? agreed([profile]) : ofAll })
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
