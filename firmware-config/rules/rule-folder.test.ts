import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Rule } from '@ganzhi/contracts/rule'
import { describe, expect, it, test } from 'vitest'
import { loadProfiles } from '../profile-folder.ts'
import { loadScenes } from '../scenes/scene-folder.ts'
import { loadRules } from './rule-folder.ts'

/** No profile here has it: its comment says what it usually is, or the platform makes it. */
const OF_NO_PROFILE = new Set(['trapped', 'anomaly'])

describe('the rules that come with the platform', async () => {
  const rules = [...(await loadRules()).values()]
  const profiles = await loadProfiles()
  const scenes = await loadScenes()

  it('are at least twenty', () => {
    expect(rules.length).toBeGreaterThanOrEqual(20)
  })

  it.each(rules)('$id is named in both languages and says where its numbers are from', (rule) => {
    expect(rule.names?.zh).toMatch(/\p{Script=Han}/u)
    expect(rule.names?.en).toMatch(/^[ -~]+$/)
    expect(rule.source).toMatch(/\S/)
  })

  it.each(rules)('$id is about properties that its devices have', (rule) => {
    const { profile } = rule.for
    const asked = profile === undefined ? [...profiles.values()] : [profiles.get(profile)]
    const known = new Set([
      ...OF_NO_PROFILE,
      ...asked.flatMap((each) => each?.properties.map(({ id }) => id) ?? []),
    ])
    expect([...propertiesOf(rule)].filter((property) => !known.has(property))).toEqual([])
  })

  it.each(rules)('$id means one unit, whichever device it is applied to', (rule) => {
    const asked = [...profiles.values()].filter(({ id }) => id === (rule.for.profile ?? id))
    for (const property of propertiesOf(rule)) {
      const having = asked.flatMap(({ properties }) => properties.filter(({ id }) => id === property))
      expect(new Set(having.map(({ unit }) => unit)).size).toBeLessThanOrEqual(1)
    }
  })

  it.each(rules)('$id is about events that scenes tell', (rule) => {
    const told = [...scenes.values()].flatMap(({ event, variants = {} }) => [
      event,
      ...Object.values(variants).map((variant) => variant.event),
    ])
    const types = fieldsOf(rule, ['during', 'type']).map((type) => type.replace('cn.ganzhi.vision.', ''))
    expect(types.filter((type) => !told.includes(type))).toEqual([])
  })
})

test('a rule must stand where its id says', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'rules-'))
  await writeFile(
    join(folder, 'a.yaml'),
    'id: b\nversion: 1\nfor: { property: p }\nwhen: { above: 1 }\nseverity: info\n',
  )
  await expect(loadRules(folder)).rejects.toThrow(/a\.yaml: its id is b/)
  await rm(folder, { recursive: true })
})

function propertiesOf(rule: Rule): Set<string> {
  const expressions = fieldsOf(rule, ['expression', 'clear']).flatMap(
    (text) => text.match(/[a-z]\w*(?!\w*\()/g) ?? [],
  )
  return new Set([...fieldsOf(rule, ['property']), ...expressions])
}

function fieldsOf(value: unknown, names: readonly string[]): string[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, field]) =>
    typeof field === 'string' ? (names.includes(name) ? [field] : []) : fieldsOf(field, names),
  )
}
