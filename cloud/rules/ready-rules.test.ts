import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Quality } from '@ganzhi/contracts/reading'
import type { Rule } from '@ganzhi/contracts/rule'
import { chinaCalendar } from '@ganzhi/firmware-config/calendars/calendar'
import { loadRules, READY_RULES } from '@ganzhi/firmware-config/rules/rule-folder'
import { describe, expect, it } from 'vitest'
import { AreaWatch } from './areas/area-watch.ts'
import { devicePartsOf, levelOf } from './areas/device-parts.ts'
import type { Fact } from './areas/fact.ts'
import { type CompiledRule, compileRule } from './engine/compile-rule.ts'
import type { JudgedRule } from './engine/judged-rule.ts'
import type { RuleInput, Scalar } from './engine/rule-input.ts'
import type { RuleState } from './engine/rule-state.ts'
import { step } from './engine/step.ts'
import type { EngineTransition } from './engine/step-result.ts'
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
  /** Of a rule over areas; all of them stand in one. */
  readonly device: string
  /** Or the type of an event, whose phase is the value. None: whether the gateway is heard, or only the time has come. */
  readonly property: string
  readonly value: string
  readonly quality: Quality
  readonly alarm: string
}

async function seriesOf(rule: Rule): Promise<Row[]> {
  const columns = ['time', 'device', 'property', 'value', 'quality', 'alarm']
  const written = columns.filter((column) => column !== 'device' || levelOf(rule) !== undefined)
  const [header, ...lines] = (await readFile(join(READY_RULES, `${rule.id}.series.csv`), 'utf8'))
    .trim()
    .split('\n')
  expect(header).toBe(written.join(','))
  return lines.map((line) => {
    const cells = line.split(',')
    const cell = (column: string) => cells[written.indexOf(column)] ?? ''
    return {
      at: Date.parse(cell('time')),
      device: cell('device'),
      property: cell('property'),
      value: cell('value'),
      quality: (cell('quality') || 'good') as Quality,
      alarm: cell('alarm'),
    }
  })
}

function played(rule: Rule, rows: readonly Row[]): string[] {
  const until = rows.at(-1)?.at ?? 0
  const transitions =
    levelOf(rule) === undefined ? transitionsOf(rule, rows, until) : areaTransitions(rule, rows, until)
  return transitions.map(({ at, to }) => told(at, to))
}

function compiled(rule: JudgedRule): CompiledRule {
  return compileRule(rule, { openSchedule: (schedule) => openSchedule(schedule, calendar) })
}

function transitionsOf(rule: JudgedRule, rows: readonly Row[], until: number): EngineTransition[] {
  const judged = compiled(rule)
  let state: RuleState | undefined
  return [...rows.flatMap(inputOf), { kind: 'clock', at: until } as const].flatMap((input) => {
    const result = step(judged, state, input)
    expect(result.faults).toEqual([])
    state = result.state
    return result.transitions
  })
}

function areaTransitions(rule: Rule, rows: readonly Row[], until: number): EngineTransition[] {
  const devices = Map.groupBy(rows, ({ device }) => device)
  const facts = [...devices].flatMap(([device, its]) =>
    devicePartsOf(rule).flatMap(({ part, rule: atDevice }) =>
      transitionsOf(atDevice, its, until).map(({ at, to, value }): Fact => ({
        kind: to === 'clear' ? 'left' : 'meets',
        at,
        device,
        what: part,
        value: typeof value === 'number' ? value : null,
      })),
    ),
  )
  const area = new AreaWatch(compiled(rule))
  return [
    ...facts.toSorted((a, b) => a.at - b.at).flatMap((fact) => area.take(fact)),
    ...area.judgeBefore(until + 1),
  ]
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
