import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Indicator } from '@ganzhi/contracts/indicator'
import { loadProfiles } from '@ganzhi/firmware-config/profile-folder'
import { describe, expect, it, test } from 'vitest'
import { loadIndicators, readIndicator } from './indicator-file.ts'

describe('the indicators that come with the platform', async () => {
  const ready = await loadIndicators()
  const indicators = [...ready.values()]
  const profiles = await loadProfiles()
  const units = Map.groupBy(
    [...profiles.values()].flatMap(({ properties }) => properties),
    ({ id }) => id,
  )

  it('are at least twenty', () => {
    expect(indicators.length).toBeGreaterThanOrEqual(20)
  })

  it.each(indicators)('$id is named in both languages and says where its definition is from', (indicator) => {
    expect(indicator.names.zh).toMatch(/\p{Script=Han}/u)
    expect(indicator.names.en).toMatch(/^[ -~³]+$/)
    expect(indicator.source).toMatch(/\S/)
  })

  it.each(indicators)('$id is of devices that there are, or of indicators of its own period', (indicator) => {
    if ('with' in indicator) {
      const inputs = Object.values(indicator.with).map((id) => ready.get(id))
      expect(inputs.map((input) => input?.period)).toEqual(inputs.map(() => indicator.period))
    } else {
      expect(units.get(indicator.of.property) ?? []).not.toEqual([])
    }
  })

  it.each(indicators)('$id adds up one unit, or only that of the devices with its tag', (indicator) => {
    if ('with' in indicator || indicator.of.tag !== undefined) return
    const known = units.get(indicator.of.property)?.map(({ unit }) => unit)
    expect(new Set(known).size).toBe(1)
  })
})

test('an indicator must stand where its id says', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'indicators-'))
  await writeFile(
    join(folder, 'a.yaml'),
    `id: b\nnames: { zh: 乙, en: b }\ngroup: g\nunit: '1'\nperiod: day\nof: { property: p }\ndevice: mean\narea: mean\n`,
  )
  await expect(loadIndicators(folder)).rejects.toThrow(/a\.yaml: its id is b/)
  await rm(folder, { recursive: true })
})

describe('what is wrong is told by line and field, all at once', () => {
  const base = {
    id: 'a',
    names: { zh: '甲', en: 'a' },
    group: 'g',
    unit: '1',
    period: 'day',
    of: { property: 'p' },
    device: 'mean',
    area: 'mean',
  }
  const { of: _of, device: _device, area: _area, ...shared } = base
  const wrong = (more: object): string => {
    try {
      readIndicator(JSON.stringify(more, null, 1), 'a.yaml')
      return ''
    } catch (error) {
      return error instanceof Error ? error.message : ''
    }
  }

  test.each<[object, string[]]>([
    [
      { ...base, device: 'median', area: { share: {} } },
      ['a.yaml:13:2: device', 'a.yaml:14:2: area', 'presence'],
    ],
    [
      { ...base, periode: 'day', period: 'year' },
      ['periode is not a known field', 'period must be one of hour day'],
    ],
    [{ id: 'a', names: base.names }, ['group is missing', 'device is missing', '空气 air']],
    [{ ...base, better: 'lower', amber: { below: 5 } }, ['amber.below is where it is better: lower']],
    [{ ...base, amber: { above: 9 }, red: { above: 5 } }, ['red.above is reached before amber']],
    [{ ...shared, expression: 'a > 1', with: { a: 'x' } }, ['expression can only have', 'not >']],
    [
      { ...shared, expression: 'a + constructor', with: { a: 'x', b: 'y' } },
      ['names constructor', 'with.b is not in'],
    ],
    [{ ...shared, expression: 'a +', with: { a: 'x' } }, ['expression']],
  ])('%j', (indicator, told) => {
    for (const text of told) expect(wrong(indicator)).toContain(text)
  })

  test('what is right is taken as it is', () => {
    const derived = { ...shared, expression: '100 * a / (a + -2.5)', with: { a: 'x' } }
    expect(readIndicator(JSON.stringify(derived), 'a.yaml')).toEqual(derived as Indicator)
    expect(wrong({ ...base, amber: { above: 5, below: 1 }, red: { above: 9, below: 0 }, needs: 0 })).toBe('')
  })
})
