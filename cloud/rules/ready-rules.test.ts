import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Quality } from '@ganzhi/contracts/reading'
import type { Rule } from '@ganzhi/contracts/rule'
import { chinaCalendar } from '@ganzhi/firmware-config/calendars/calendar'
import { loadRules, READY_RULES } from '@ganzhi/firmware-config/rules/rule-folder'
import { describe, expect, it } from 'vitest'
import { compileRule } from './engine/compile-rule.ts'
import type { RuleInput, Scalar } from './engine/rule-input.ts'
import type { RuleState } from './engine/rule-state.ts'
import { step } from './engine/step.ts'
import { openSchedule } from './schedule/rule-schedule.ts'

const calendar = await chinaCalendar()
const rules = [...(await loadRules()).values()]

/** `<id>.series.csv` beside each rule: what comes, and at `alarm` what the rule is to tell at that time. */
describe('a ready rule', () => {
  it('is tried: at least twenty are', () => {
    expect(rules.length).toBeGreaterThanOrEqual(20)
  })

  it.each(rules)('$id raises and clears as its series says', async (rule) => {
    const rows = await seriesOf(rule)
    const expected = rows.filter(({ alarm }) => alarm !== '').map(({ at, alarm }) => told(at, alarm))
    const severities = 'levels' in rule ? rule.levels.map(({ severity }) => severity) : [rule.severity]
    expect(rows.map(({ alarm }) => alarm)).toEqual(expect.arrayContaining([...severities, 'clear']))
    expect(played(rule, rows)).toEqual(expected)
  })
})

interface Row {
  readonly at: number
  /** Or the type of an event, whose phase is the value. None: whether the gateway is heard, or only the time has come. */
  readonly property: string
  readonly value: string
  readonly quality: Quality
  readonly alarm: string
}

async function seriesOf({ id }: Rule): Promise<Row[]> {
  const [header, ...lines] = (await readFile(join(READY_RULES, `${id}.series.csv`), 'utf8'))
    .trim()
    .split('\n')
  expect(header).toBe('time,property,value,quality,alarm')
  return lines.map((line) => {
    const [time = '', property = '', value = '', quality, alarm = ''] = line.split(',')
    return { at: Date.parse(time), property, value, quality: (quality || 'good') as Quality, alarm }
  })
}

function played(rule: Rule, rows: readonly Row[]): string[] {
  const compiled = compileRule(rule, { openSchedule: (schedule) => openSchedule(schedule, calendar) })
  let state: RuleState | undefined
  const last: RuleInput = { kind: 'clock', at: rows.at(-1)?.at ?? 0 }
  return [...rows.flatMap(inputOf), last].flatMap((input) => {
    const result = step(compiled, state, input)
    expect(result.faults).toEqual([])
    state = result.state
    return result.transitions.map(({ at, to }) => told(at, to))
  })
}

function inputOf({ at, property, value, quality }: Row): RuleInput[] {
  if (property === '') return value === '' ? [] : [{ kind: 'reach', at, reached: value === 'true' }]
  if (!property.includes('.')) return [{ kind: 'sample', at, property, value: scalarIn(value), quality }]
  return [{ kind: 'event', at, type: property, phase: value, incident: 'one' }]
}

function scalarIn(text: string): Scalar | null {
  if (text === '') return null
  if (text === 'true' || text === 'false') return text === 'true'
  return Number(text)
}

const told = (at: number, state: string): string => `${new Date(at).toISOString()} ${state}`
