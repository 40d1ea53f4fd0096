import type { ClientBase, Pool } from 'pg'
import { placeRevision } from '../../areas/change-places.ts'
import type { RuleState } from '../engine/rule-state.ts'
import type { Standing } from '../live/partition-turn.ts'
import type { RuleFault } from '../live/rule-fault.ts'
import type { RuleBook } from '../live/rule-book.ts'
import { AreaRule, type Stay } from './area-rule.ts'
import { AreaWatch } from './area-watch.ts'
import { levelOf } from './device-parts.ts'
import type { LeveledRule, MetDevice } from './take-facts.ts'

/** All that is held in memory to judge areas by; the database has it as well. */
export interface AreasHeld {
  standing: Standing
  /** The changes of places that it has seen. */
  placed: number | undefined
  /** By `rule.version`. */
  readonly rules: Map<string, AreaRule>
}

export function versionKey({ rule, version }: { rule: string; version: number }): string {
  return `${rule}.${version}`
}

/** An area whose alarm is open is judged on by the version that raised it, and by no other. */
export function judges({ rules }: AreasHeld, rule: AreaRule, area: string): boolean {
  if (rule.isKept) return rule.areas.has(area)
  return !rules
    .values()
    .some((other) => other.isKept && other.rule.id === rule.rule.id && other.areas.has(area))
}

/** The versions that judge, and at which areas. */
export function leveled({ rules }: AreasHeld): LeveledRule[] {
  return [...rules.values()].flatMap(({ rule: { id, version, document } }) => {
    const level = levelOf(document)
    return level === undefined ? [] : [{ id, version, level }]
  })
}

/** Which version counts is followed afterwards. */
export async function loadAreas(tx: ClientBase, standing: Standing, book: RuleBook): Promise<AreasHeld> {
  const rules = new Map<string, AreaRule>()
  const open = async (saved: { rule: string; version: number }): Promise<AreaRule | undefined> => {
    const key = versionKey(saved)
    const rule = rules.has(key) ? undefined : await book.version(tx, saved.rule, saved.version)
    if (rule) rules.set(key, new AreaRule(rule))
    return rules.get(key)
  }
  const states = await tx.query<SavedState>('SELECT rule, version, area, state FROM rule_area_state')
  for (const row of states.rows) {
    const rule = await open(row)
    rule?.areas.set(row.area, new AreaWatch(rule.rule.compiled, JSON.parse(row.state) as RuleState))
  }
  const meetings = await tx.query<SavedMeeting>(
    `SELECT m.rule, m.version, m.part, m.gateway_id AS "gatewayId", g.name AS gateway, m.device, m.area, m.value,
       (extract(epoch FROM m.met_at) * 1000)::float8 AS "metAt"
     FROM rule_meeting m JOIN gateway g ON g.id = m.gateway_id WHERE m.left_at IS NULL`,
  )
  for (const row of meetings.rows) {
    const rule = await open(row)
    rule?.setStay(row, { area: row.area, metAt: row.metAt, value: row.value })
    if (row.area !== null) rule?.watch(row.area).restore({ ...row, device: `${row.gateway}/${row.device}` })
  }
  const faults = await tx.query<{ rule: string; version: number; kind: RuleFault['kind'] }>(
    `SELECT rule, version, kind FROM rule_fault WHERE gateway_id = 0`,
  )
  for (const fault of faults.rows) {
    const rule = rules.get(versionKey(fault))
    if (rule && fault.kind === 'expression') rule.toldFault = true
    else if (rule) rule.stopped = true
  }
  return { standing, placed: undefined, rules }
}

/** Undefined where nothing has changed since it looked last. */
export async function newPlaces(pool: Pool, { placed }: AreasHeld): Promise<number | undefined> {
  const revision = await placeRevision(pool)
  return revision === placed ? undefined : revision
}

interface SavedState {
  readonly rule: string
  readonly version: number
  readonly area: string
  readonly state: string
}

interface SavedMeeting extends MetDevice, Stay {
  readonly part: string
}
