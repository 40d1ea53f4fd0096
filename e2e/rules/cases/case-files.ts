import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { toCel } from './formula.ts'
import {
  type CaseRule,
  type Condition,
  type Input,
  partsOf,
  type RuleCase,
  type Single,
  type Value,
} from './rule-case.ts'

export interface CaseFiles {
  readonly rule: string
  readonly csv: string
  readonly events: string
  readonly attributes: string
}

/** A case as the files that `ganzhi rule backtest` reads. */
export async function writeCase(directory: string, of: RuleCase): Promise<CaseFiles> {
  const file = (name: string) => join(directory, name)
  const files = {
    rule: file('rule.yaml'),
    csv: file('values.csv'),
    events: file('events.jsonl'),
    attributes: file('attributes.json'),
  }
  const events = of.lines.flatMap(({ device, input }, index) =>
    input.kind === 'event' ? `${JSON.stringify(eventDocument(device, input, index))}\n` : [],
  )
  await Promise.all([
    writeFile(files.rule, `${JSON.stringify(ruleDocument(of.rule), undefined, 2)}\n`),
    writeFile(files.csv, csvOf(of)),
    writeFile(files.events, events.join('')),
    writeFile(files.attributes, `${JSON.stringify(of.attributes, undefined, 2)}\n`),
  ])
  return files
}

export function csvOf({ lines }: RuleCase): string {
  const rows = lines.flatMap(({ device, input }) => {
    if (input.kind !== 'sample') return []
    const { at, property, value, quality } = input
    return [new Date(at).toISOString(), device, property, cell(value), quality].join(',')
  })
  return `${['time,device,property,value,quality', ...rows].join('\n')}\n`
}

function cell(value: Value): string {
  if (value === null) return ''
  return value === '' ? '""' : String(value)
}

function eventDocument(device: string, event: Extract<Input, { kind: 'event' }>, index: number) {
  return {
    specversion: '1.0',
    id: `${event.incident}.${event.phase}.${index}`,
    source: `e2e/rules/${device}`,
    type: `${event.type}.${event.phase}`,
    subject: device,
    time: new Date(event.at).toISOString(),
    incident: event.incident,
  }
}

export function ruleDocument({ property, levels, ...rest }: CaseRule): Record<string, unknown> {
  const written = levels.map(({ severity, when }) => ({ severity, when: conditionDocument(when) }))
  const [only, another] = written
  return {
    id: 'case',
    version: 1,
    for: { ...(property !== undefined && { property }) },
    ...rest,
    ...(only && !another ? only : { levels: written }),
  }
}

function conditionDocument(condition: Condition): Record<string, unknown> {
  if ('all' in condition) return { ...condition, all: partsOf(condition).map(partDocument) }
  return 'any' in condition
    ? { ...condition, any: partsOf(condition).map(partDocument) }
    : partDocument(condition)
}

function partDocument(part: Single): Record<string, unknown> {
  if (!('expression' in part)) return part
  const { expression, clear, ...rest } = part
  return { expression: toCel(expression), ...(clear && { clear: toCel(clear) }), ...rest }
}
