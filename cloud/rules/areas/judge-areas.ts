import type { AlarmChange } from '../../alarms/write-transitions.ts'
import type { RuleFault as ExpressionFault, EngineTransition } from '../engine/step-result.ts'
import type { RuleFault } from '../live/rule-fault.ts'
import type { AreaRule, Meeting, Stay } from './area-rule.ts'
import { type AreasHeld, judges, versionKey } from './areas-held.ts'
import type { Fact } from './fact.ts'
import type { MovedDevice, TimelyFact } from './take-facts.ts'

/** A stay that is over. */
export interface PastStay extends Stay {
  readonly rule: AreaRule
  readonly meeting: Meeting
  readonly leftAt: number
}

/** An incident that was counted in an area. */
export interface CountedEvent {
  readonly rule: AreaRule
  readonly area: string
  readonly type: string
  readonly at: number
}

/** What a turn has come to; what changed of the memory is to be saved. */
export class AreaJudgement {
  readonly changes: AlarmChange[] = []
  readonly faults: RuleFault[] = []
  /** Areas whose states may be others now, by rule. */
  readonly areas = new Map<AreaRule, Set<string>>()
  /** Who has begun or ended a stay. */
  readonly meetings = new Map<AreaRule, Map<string, Meeting>>()
  readonly past: PastStay[] = []
  readonly events: CountedEvent[] = []
  readonly #held: AreasHeld

  constructor(held: AreasHeld) {
    this.#held = held
  }

  /** Who stands elsewhere now counts there from the first moment on that is not judged yet. */
  move(moved: readonly MovedDevice[]): void {
    for (const { area, ...device } of moved) {
      const rule = this.ruleOf(device)
      const value = rule?.stayOf(device)?.value ?? null
      if (rule) this.#put(rule, device, { area, value }, rule.firstOpen(this.#held.standing.clock))
    }
  }

  take({ area, kind, what, at, value, ...device }: TimelyFact): void {
    const rule = this.ruleOf(device)
    if (!rule) return
    if (kind !== 'event')
      return this.#put(rule, { ...device, part: what }, kind === 'meets' ? { area, value } : undefined, at)
    if (area !== null) this.events.push({ rule, area, type: what, at })
    this.#tell(rule, area, { kind, at, what, device: nameOf(device) })
  }

  /** Another version has judged these areas until now: now the one that counts does, by who meets what. */
  begin(id: string, areas: readonly string[], clock: number): void {
    for (const rule of this.#held.rules.values()) {
      if (rule.isKept || rule.rule.id !== id) continue
      const at = rule.firstOpen(clock)
      for (const area of areas) {
        for (const { part, device, value } of rule.metIn(area))
          this.#tell(rule, area, { kind: 'meets', at, what: part, device, value })
      }
    }
  }

  /** All that is due at `clock` by the platform's time is there. */
  passTo(clock: number): void {
    for (const rule of this.#held.rules.values()) {
      const before = rule.firstOpen(clock)
      for (const [area, watch] of rule.areas) {
        if (watch.dueAt < before) this.#judge(rule, area, () => watch.judgeBefore(before))
      }
    }
  }

  ruleOf(device: { readonly rule: string; readonly version: number }): AreaRule | undefined {
    return this.#held.rules.get(versionKey(device))
  }

  #put(rule: AreaRule, meeting: Meeting, where: Pick<Stay, 'area' | 'value'> | undefined, at: number): void {
    const stay = rule.stayOf(meeting)
    if (stay?.area === where?.area && stay?.value === where?.value) return
    if (stay && stay.metAt < at) this.past.push({ rule, meeting, ...stay, leftAt: at })
    rule.setStay(meeting, where && { ...where, metAt: at })
    const changed = this.meetings.get(rule) ?? new Map<string, Meeting>()
    this.meetings.set(rule, changed.set(`${meeting.part} ${nameOf(meeting)}`, meeting))
    const fact = { at, what: meeting.part, device: nameOf(meeting) }
    this.#tell(rule, stay?.area, { kind: 'left', ...fact })
    if (where) this.#tell(rule, where.area, { kind: 'meets', ...fact, value: where.value })
  }

  #tell(rule: AreaRule, area: string | null | undefined, fact: Fact): void {
    if (area === null || area === undefined || !judges(this.#held, rule, area)) return
    this.#judge(rule, area, () => rule.watch(area).take(fact))
  }

  /** A rule that fails disturbs no other. */
  #judge(rule: AreaRule, area: string, work: () => readonly EngineTransition[]): void {
    if (rule.stopped) return
    const version = { id: rule.rule.id, version: rule.rule.version }
    this.areas.set(rule, (this.areas.get(rule) ?? new Set()).add(area))
    try {
      for (const transition of work()) this.changes.push({ ...transition, rule: version, target: { area } })
      const fault = rule.toldFault ? undefined : rule.areas.get(area)?.fault
      if (fault) this.#couldNotEvaluate(rule, area, fault)
    } catch (error) {
      rule.stopped = true
      this.faults.push({ rule: version.id, version: version.version, kind: 'threw', error })
    }
  }

  /** It goes on, and is told of once. */
  #couldNotEvaluate(rule: AreaRule, area: string, { field, message }: ExpressionFault): void {
    rule.toldFault = true
    const { id, version } = rule.rule
    const target = { gatewayId: 0, device: `area:${area}` }
    this.faults.push({ rule: id, version, target, kind: 'expression', error: `${field}: ${message}` })
  }
}

export function nameOf({ gateway, device }: { gateway: string; device: string }): string {
  return `${gateway}/${device}`
}
