import Type, { type Static } from 'typebox'

const closed = { additionalProperties: false } as const

const Labels = Type.Array(Type.String({ minLength: 1, maxLength: 64 }), { minItems: 1, maxItems: 100 })

const seen = {
  /** What is looked for, as a model's card calls it to scenes. */
  labels: Labels,
  /** Detections of a lower score do not count. */
  score: Type.Number({ minimum: 0.01, maximum: 1 }),
  /** Share of the picture's height below which a thing is too far away to be judged. */
  minHeight: Type.Number({ minimum: 0, maximum: 1 }),
}
const atLeast = {
  /** From so many on it holds … */
  atLeast: Type.Integer({ minimum: 1, maximum: 10_000 }),
  /** … and it goes on holding down to so many. */
  keepsAt: Type.Integer({ minimum: 1, maximum: 10_000 }),
}
const Seconds = Type.Number({ minimum: 0, maximum: 86_400 })

/** So many things at once in a zone; one is an intrusion. */
const CountRule = Type.Object({ kind: Type.Literal('count'), ...seen, ...atLeast }, closed)

/** So many people who stand together. */
const CrowdRule = Type.Object(
  {
    kind: Type.Literal('crowd'),
    ...seen,
    ...atLeast,
    /** In heights of the people: who is nearer to another than this stands with him. */
    reach: Type.Number({ minimum: 0.1, maximum: 10 }),
    /** How much longer the ground is than it looks, from where the camera hangs: 1 from above, 3 from a low pole. */
    depth: Type.Number({ minimum: 1, maximum: 10 }),
    /** With fewer neighbours than this nobody joins others to a crowd: a row of passers-by is none. */
    neighbours: Type.Integer({ minimum: 1, maximum: 20 }),
  },
  closed,
)

/** A thing stays: where it is, or anywhere in the zone. */
const DwellRule = Type.Object(
  {
    kind: Type.Literal('dwell'),
    ...seen,
    ...atLeast,
    stays: Type.Enum(['in-place', 'in-zone']),
    seconds: Seconds,
    /** Things of these labels hide others without ending their stay. */
    hiddenBy: Type.Optional(Labels),
  },
  closed,
)

/** Something lies there that did not before, and nobody is with it: seen by comparing pictures, and by a detector where it knows such things. */
const StaticObjectRule = Type.Object(
  {
    kind: Type.Literal('static-object'),
    /** What a detector calls it. Without: whatever is new and still. */
    labels: Type.Optional(Labels),
    /** Also what no detector calls so: for models that know nothing of the kind. */
    unnamed: Type.Optional(Type.Boolean()),
    score: Type.Number({ minimum: 0.01, maximum: 1 }),
    seconds: Seconds,
    /** Share of the picture that all of it together must cover. */
    minArea: Type.Number({ exclusiveMinimum: 0, maximum: 1 }),
    /** What explains a change of the picture: it is no thing left behind. */
    explainedBy: Labels,
    /** In heights of a person: what lies nearer to somebody is his. */
    attended: Type.Number({ minimum: 0, maximum: 5 }),
    /** What lies at one of these is another matter: the scene's variant `at-bin`. */
    bins: Type.Optional(Labels),
  },
  closed,
)

/** So many things cross a line within a while. */
const LineRule = Type.Object(
  {
    kind: Type.Literal('line'),
    ...seen,
    atLeast: atLeast.atLeast,
    withinSeconds: Type.Number({ minimum: 1, maximum: 3_600 }),
    /** From the left of the line to its right, seen from its first point; or back; or both. */
    direction: Type.Enum(['forth', 'back', 'both']),
  },
  closed,
)

export const Rule = Type.Union([CountRule, CrowdRule, DwellRule, StaticObjectRule, LineRule])
export type Rule = Static<typeof Rule>
export type RuleOf<K extends Rule['kind']> = Extract<Rule, { readonly kind: K }>

/** What stands between a rule that holds and an incident: all in wall time, whatever the frame rate. */
export const Timing = Type.Object(
  {
    /** Duration 持续时间: the rule must have held so long. */
    confirmSeconds: Seconds,
    /** In so large a share of the looks. */
    hitRatio: Type.Number({ minimum: 0.01, maximum: 1 }),
    /** Looks that are older weigh next to nothing in a share. */
    windowSeconds: Type.Number({ minimum: 1, maximum: 600 }),
    /** An incident ends when the rule has not held for so long … */
    clearSeconds: Seconds,
    /** … but for so large a share of the looks. */
    clearRatio: Type.Number({ minimum: 0, maximum: 0.99 }),
    /** After an incident there is no other in the zone for so long. */
    coolDownSeconds: Seconds,
    /** Report interval 重复上报间隔: an incident that lasts is told anew; 0 never. */
    repeatSeconds: Seconds,
  },
  closed,
)
export type Timing = Static<typeof Timing>
