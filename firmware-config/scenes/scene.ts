import { schemaFaults } from '@ganzhi/contracts/schema'
import Type, { type Static, type TSchema } from 'typebox'
import { checkedText } from '../checked-text.ts'
import type { FieldFault } from '../field-fault.ts'
import { Rule, Timing } from './rule.ts'

const closed = { additionalProperties: false } as const

export const SceneId = Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,63}$' })

const Names = Type.Object({ zh: Type.String({ minLength: 1 }), en: Type.String({ minLength: 1 }) }, closed)

/** What its events are about: `cn.ganzhi.vision.<event>.started`. */
const Event = Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,63}$' })

/** One kind of thing that cities watch for: what is looked for, when it counts, what it is called. Immutable once published. */
export const Scene = Type.Object(
  {
    id: SceneId,
    version: Type.Integer({ minimum: 1 }),
    names: Names,
    event: Event,
    severity: Type.Enum(['info', 'minor', 'major', 'critical']),
    /** The same thing elsewhere is another matter: at a shop front, at a bin. A zone says which it is. */
    variants: Type.Optional(
      Type.Record(
        Type.String({ pattern: '^[a-z0-9-]+$' }),
        Type.Object({ names: Names, event: Event }, closed),
      ),
    ),
    /** What its rule needs of a pipeline. */
    looks: Type.Object(
      {
        perSecond: Type.Number({ exclusiveMinimum: 0, maximum: 30 }),
        /** The picture is looked at in parts, too: twice as many people are found. */
        tiles: Type.Optional(
          Type.Object(
            {
              columns: Type.Integer({ minimum: 1, maximum: 8 }),
              rows: Type.Integer({ minimum: 1, maximum: 8 }),
            },
            closed,
          ),
        ),
      },
      closed,
    ),
    rule: Rule,
    timing: Timing,
    /** Where each number is from: `timing.clearSeconds: …`. */
    sources: Type.Optional(Type.Record(Type.String(), Type.String({ minLength: 1 }))),
  },
  closed,
)
export type Scene = Static<typeof Scene>

/** A scene from its file's text; refused with everything that is wrong, by line and field, and what to do about it. */
export function loadScene(yaml: string, name = 'scene'): Scene {
  return checkedText(yaml, name, sceneFaults) as Scene
}

/** Everything that is wrong with a scene, wherever it came from. */
export function sceneFaults(value: unknown): FieldFault[] {
  const faults = schemaFaults(schemaFor(value), value)
  if (faults.length > 0) {
    const remedy = 'The fields of a scene are in docs/scenes.md.'
    return faults.map(({ path, message }) => ({ path, message, remedy }))
  }
  return [...contradictions(value as Scene)]
}

const KINDS = Rule.anyOf.map(({ properties }) => properties.kind.const)

const withRule = (rule: TSchema) => Type.Object({ ...Scene.properties, rule }, closed)
/** With one kind of rule in place of all: from a union nobody learns which field is wrong. */
const BY_KIND = new Map<unknown, TSchema>(
  Rule.anyOf.map((rule) => [rule.properties.kind.const, withRule(rule)]),
)
const OF_NO_KIND = withRule(Type.Object({ kind: Type.Enum(KINDS) }))

function schemaFor(value: unknown): TSchema {
  const kind = (value as { rule?: { kind?: unknown } } | null)?.rule?.kind
  return BY_KIND.get(kind) ?? OF_NO_KIND
}

function* contradictions({ rule, timing, variants = {} }: Scene): Iterable<FieldFault> {
  if ('keepsAt' in rule && rule.keepsAt > rule.atLeast) {
    const remedy = `Lower it to at most ${rule.atLeast}: what begins an incident must not end it.`
    yield { path: ['rule', 'keepsAt'], message: `is above atLeast`, remedy }
  }
  if (timing.clearRatio >= timing.hitRatio) {
    const remedy = 'Lower it: between the two lies what changes nothing.'
    yield { path: ['timing', 'clearRatio'], message: 'is not below hitRatio', remedy }
  }
  if (timing.repeatSeconds > 0 && timing.repeatSeconds < 5) {
    const remedy = 'Use 5 or more, or 0 for never.'
    yield { path: ['timing', 'repeatSeconds'], message: 'would flood those who are told', remedy }
  }
  if (rule.kind === 'static-object' && rule.bins && !variants['at-bin']) {
    const remedy = 'Say under variants what at-bin is called, or leave bins out.'
    yield { path: ['rule', 'bins'], message: 'stands without a variant at-bin', remedy }
  }
}
