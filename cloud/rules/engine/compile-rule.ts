import { durationMs } from '@ganzhi/contracts/duration'
import { GanzhiError } from '@ganzhi/contracts/error'
import type { Level, Unusable } from '@ganzhi/contracts/rule'
import {
  type DeviceCondition,
  type RuleCondition,
  SINGLE_CONDITIONS,
  type SingleCondition,
} from '@ganzhi/contracts/rule-condition'
import type { RuleSchedule } from '@ganzhi/contracts/rule-schedule'
import { SEVERITIES, type Severity } from '@ganzhi/contracts/severity'
import { type Condition, isAny } from './condition.ts'
import { areaExpression } from './conditions/area-expression.ts'
import { compileKind } from './conditions/condition-kinds.ts'
import type { Fresh, JudgedRule } from './judged-rule.ts'
import { Moment } from './moment.ts'
import type { OpenSchedule } from './open-schedule.ts'
import type { Place } from './place.ts'
import type { Scalar } from './rule-input.ts'
import type { Values } from './rule-state.ts'
import { shareOf } from './share.ts'

/** A condition of a rule, single or made of parts. All have all fields, in one order: what reads them is quicker for it. */
export interface CompiledCondition {
  readonly forMs: number
  readonly clearForMs: number
  /** As the rule has them. */
  readonly said: { readonly property?: string; readonly for?: string; readonly clearFor?: string }
  /** Its kind, with the property or event; and all that it asks, but how long. Other versions of the rule are compared by these. */
  readonly about: string
  readonly asked: string
  readonly single: Condition | undefined
  /** Where the value stands by which a single one is judged anew when a span begins. */
  readonly slot: number | undefined
  readonly combine: 'all' | 'any' | undefined
  /** Where its parts stand, all of them before it. */
  readonly parts: readonly number[]
}

export interface CompiledLevel {
  readonly severity: Severity
  /** Where its condition stands. */
  readonly root: number
  /** Where the value stands that is told with it. */
  readonly slot: number | undefined
}

interface Slot {
  readonly property: string
  readonly usable: (value: Scalar) => boolean
}

export interface CompiledRule {
  readonly id: string
  readonly version: number
  /** What inputs it may ever heed. */
  readonly properties: ReadonlySet<string>
  readonly eventTypes: ReadonlySet<string>
  /** Its first input of any kind matters to it as well. */
  readonly countsFromFirstInput: boolean
  /** It tells of values, while it is at one severity. */
  readonly showsValue: boolean
  /** Whether its gateway is heard of matters to it. */
  readonly mindsReach: boolean

  /** The gravest first. */
  readonly levels: readonly CompiledLevel[]
  readonly conditions: readonly CompiledCondition[]
  /** Of what each is a part. */
  readonly wholes: readonly (number | undefined)[]
  readonly slots: readonly Slot[]
  /** Where nothing is known, all share these. */
  readonly noValues: Values
  readonly noConditions: readonly null[]
  readonly now: Moment
  /** It must know values while all is at rest. */
  readonly keepsValues: boolean
  readonly hearing: ReadonlyMap<string, readonly number[]>
  readonly watching: ReadonlyMap<string, readonly number[]>
  readonly bad: Unusable
  readonly nan: Unusable
  readonly schedule: OpenSchedule | undefined
  readonly keepsAlarm: boolean
}

export interface Surroundings {
  readonly openSchedule: (schedule: RuleSchedule) => OpenSchedule
}

/** Once for all devices; what is wrong with it (an expression that can't be parsed) is told by its field. */
export function compileRule(rule: JudgedRule, { openSchedule }: Surroundings): CompiledRule {
  const plan = new Plan(rule.for.property, rule.active !== undefined, rule.each !== undefined)
  const levels = levelsOf(rule).map(({ level, field }) => plan.level(level, field))
  const { conditions, slots } = plan
  const hears = (of: (condition: Condition) => readonly string[]): Map<string, number[]> => {
    const heard = new Map<string, number[]>()
    for (const [i, { single }] of conditions.entries()) {
      for (const name of single ? of(single) : []) heard.set(name, [...(heard.get(name) ?? []), i])
    }
    return heard
  }
  const hearing = hears((condition) => condition.properties)
  const watching = hears(({ eventType }) => (eventType === undefined ? [] : [eventType]))
  const schedule = rule.active && openSchedule(rule.active)
  return {
    id: rule.id,
    version: rule.version,
    properties: new Set([...hearing.keys(), ...slots.map((slot) => slot.property)]),
    eventTypes: new Set(watching.keys()),
    countsFromFirstInput: schedule !== undefined || conditions.some(({ single }) => single?.silence),
    showsValue: conditions.some(({ single }) => single?.shown),
    mindsReach: conditions.some(({ single }) => single?.countFrom),
    levels: levels.toSorted((a, b) => SEVERITIES.indexOf(b.severity) - SEVERITIES.indexOf(a.severity)),
    conditions,
    wholes: conditions.map((_, i) => wholeOf(i, conditions)),
    slots,
    noValues: slots.map(() => Number.NaN),
    noConditions: conditions.map(() => null),
    now: new Moment(),
    keepsValues: schedule !== undefined || plan.keepsValues,
    hearing,
    watching,
    bad: rule.bad ?? 'hold',
    nan: rule.nan ?? 'hold',
    schedule,
    keepsAlarm: rule.active?.after === 'keep',
  }
}

/** Its limits may be properties as well, and stand behind it. */
function isAboutOne(when: Judged, { eventType, properties }: Condition): boolean {
  if ('above' in when || 'below' in when) return true
  return eventType === undefined && properties.length === 1 && !('expression' in when)
}

function wholeOf(part: number, conditions: readonly CompiledCondition[]): number | undefined {
  const whole = conditions.findIndex((each) => each.parts.includes(part))
  return whole === -1 ? undefined : whole
}

type Judged = RuleCondition | Fresh

interface JudgedLevel extends Pick<Level, 'severity'> {
  readonly when: Judged
}

function levelsOf(rule: JudgedRule): { level: JudgedLevel; field: string }[] {
  if ('when' in rule) return [{ level: rule, field: 'when' }]
  return rule.levels.map((level, i) => ({ level, field: `levels[${i}].when` }))
}

/** The conditions of a rule in one row, parts before what is made of them. */
class Plan {
  readonly conditions: CompiledCondition[] = []
  readonly slots: Slot[] = []
  keepsValues = false
  readonly #property: string | undefined
  readonly #scheduled: boolean
  readonly #overAreas: boolean

  constructor(property: string | undefined, scheduled: boolean, overAreas: boolean) {
    this.#property = property
    this.#scheduled = scheduled
    this.#overAreas = overAreas
  }

  level({ severity, when }: JudgedLevel, field: string): CompiledLevel {
    const root = this.#add(when, field)
    const heard = this.conditions[root]?.single
    if (heard && isAboutOne(when, heard)) {
      const [property = ''] = heard.properties
      // Such a level changes at samples that are known then, or is not at rest before it changes.
      this.keepsValues ||= heard.silence !== undefined
      return { severity, root, slot: this.#slotOf(property, heard.usable) }
    }
    if (this.#property === undefined) return { severity, root, slot: undefined }
    this.keepsValues = true
    return { severity, root, slot: this.#slotOf(this.#property, isAny) }
  }

  #add(when: Judged, field: string): number {
    const said = saidBy(when)
    const shared = {
      forMs: durationMs(said.for ?? 'PT0S'),
      clearForMs: durationMs(said.clearFor ?? 'PT0S'),
      said,
      about: 'all' in when ? 'all' : 'any',
      asked: '',
      single: undefined,
      slot: undefined,
      combine: undefined,
      parts: [],
    }
    if ('all' in when) {
      return this.#push({ ...shared, combine: 'all', parts: this.#parts(when.all, `${field}.all`) })
    }
    if ('any' in when) {
      return this.#push({ ...shared, combine: 'any', parts: this.#parts(when.any, `${field}.any`) })
    }
    if ('devices' in when) this.#refuseWrong(when.devices.when, `${field}.devices.when`)
    const place = this.#placeOf(when, field)
    const judged =
      this.#overAreas && 'expression' in when ? areaExpression(when, place) : compileKind(when, place)
    const single = {
      ...NO_CONDITION,
      ...('of' in when && when.of ? shareOf(judged, when.of) : judged),
    } as Condition
    const [property] = single.properties
    const slot = this.#scheduled && property !== undefined ? this.#slotOf(property, single.usable) : undefined
    return this.#push({ ...shared, ...askedBy(when, judged), single, slot })
  }

  /** It is judged elsewhere, as a rule of its own. */
  #refuseWrong(when: DeviceCondition, field: string): void {
    new Plan(this.#property, false, false).#add(when, field)
  }

  #parts(parts: readonly SingleCondition[], field: string): number[] {
    return parts.map((part, i) => this.#add(part, `${field}[${i}]`))
  }

  #push(condition: CompiledCondition): number {
    return this.conditions.push(condition) - 1
  }

  #placeOf(when: SingleCondition | Fresh, field: string): Place {
    return {
      field,
      property: () => {
        const property = ('property' in when ? when.property : undefined) ?? this.#property
        if (property !== undefined) return property
        throw new GanzhiError(`${field} says of no property that it is about it`, {
          code: 'rule-without-property',
          blame: 'caller',
          field: `${field}.property`,
          remedy: 'name the property there, or in `for` for the whole rule',
        })
      },
      slotOf: (property, usable) => {
        this.keepsValues = true
        return this.#slotOf(property, usable)
      },
    }
  }

  #slotOf(property: string, usable: (value: Scalar) => boolean): number {
    const known = this.slots.findIndex((slot) => slot.property === property && slot.usable === usable)
    return known === -1 ? this.slots.push({ property, usable }) - 1 : known
  }
}

/** All conditions have all fields, in one order: what reads them is quicker for it. */
const NO_CONDITION: { readonly [Field in keyof Required<Condition>]: undefined } = {
  properties: undefined,
  usable: undefined,
  eventType: undefined,
  silence: undefined,
  onceAMoment: undefined,
  overAll: undefined,
  remembersInactive: undefined,
  countFrom: undefined,
  remember: undefined,
  judge: undefined,
  turnsAt: undefined,
  elapse: undefined,
  shown: undefined,
  fields: undefined,
  counted: undefined,
}

function askedBy(
  when: SingleCondition | Fresh,
  { properties, eventType }: Condition,
): { about: string; asked: string } {
  const { for: _, clearFor: __, ...asked }: Record<string, unknown> = { ...when }
  const [kind = ''] = Object.keys(asked).filter((field) => field in SINGLE_CONDITIONS)
  const of = eventType ?? (kind === 'expression' ? '' : properties[0])
  return { about: `${kind} ${of}`, asked: JSON.stringify(asked) }
}

function saidBy(when: Judged): CompiledCondition['said'] {
  const { property, for: lasting, clearFor } = when as CompiledCondition['said']
  return {
    ...(property !== undefined && { property }),
    ...(lasting !== undefined && { for: lasting }),
    ...(clearFor !== undefined && { clearFor }),
  }
}
