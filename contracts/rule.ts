import Type, { type Static } from 'typebox'
import { AREA_LEVELS } from './area.ts'
import { DeviceId, PropertyId } from './device-id.ts'
import { Duration } from './duration.ts'
import { Names } from './profile.ts'
import { Token } from './record-key.ts'
import { RuleCondition } from './rule-condition.ts'
import { RuleSchedule } from './rule-schedule.ts'
import { Severity } from './severity.ts'

const closed = { additionalProperties: false } as const

/** Which devices: those for which all that is given holds. */
export const RuleScope = Type.Object(
  {
    /** What conditions are about that name none themselves. */
    property: Type.Optional(PropertyId),
    profile: Type.Optional(Type.String({ maxLength: 200 })),
    /** With everything below it. */
    area: Type.Optional(Token),
    tag: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
    gateway: Type.Optional(Token),
    device: Type.Optional(DeviceId),
  },
  closed,
)
export type RuleScope = Static<typeof RuleScope>

/** What a sample does that can't be used: nothing; makes what was pending begin anew; or clears the alarm as well. */
const Unusable = Type.Enum(['hold', 'reset', 'clear'])
export type Unusable = Static<typeof Unusable>

const Level = Type.Object({ severity: Severity, when: RuleCondition }, closed)
export type Level = Static<typeof Level>

const shared = {
  id: Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,63}$' }),
  version: Type.Integer({ minimum: 1, maximum: 2 ** 31 - 1 }),
  names: Type.Optional(Names),
  /** Where its numbers are from. */
  source: Type.Optional(Type.String({ minLength: 1, maxLength: 1_000 })),
  for: RuleScope,
  /** It judges each area of this level by the devices in it, or each gateway, or each link of gateways, and not each device. */
  each: Type.Optional(Type.Enum([...AREA_LEVELS, 'gateway', 'link'])),
  active: Type.Optional(RuleSchedule),
  /** Samples of another quality than good; `hold` where nothing is said. */
  bad: Type.Optional(Unusable),
  /** Good samples that are no finite number where one is needed; `hold` where nothing is said. */
  nan: Type.Optional(Unusable),
  /** How late a sample may come and still be told as if it had come in time; PT10S where nothing is said. */
  lateness: Type.Optional(Duration),
}

/** One condition, or several of which the gravest that holds counts. */
export const Rule = Type.Union([
  Type.Object({ ...shared, when: RuleCondition, severity: Severity }, closed),
  Type.Object({ ...shared, levels: Type.Array(Level, { minItems: 1, maxItems: 4 }) }, closed),
])
export type Rule = Static<typeof Rule>
