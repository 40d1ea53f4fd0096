import Type, { type Static } from 'typebox'

const Share = Type.Number({ minimum: 0, maximum: 1 })
const Count = Type.Integer({ minimum: 0 })

/** What is planted into data that the model never saw. */
export const PLANTED_KINDS = ['stuck', 'spike', 'drift', 'swapped', 'late'] as const
export type PlantedKind = (typeof PLANTED_KINDS)[number]

/** How an anomaly model did on the last part of its series; kept with the weights that it is about. */
export const AnomalyEvaluation = Type.Object({
  /** From and to: what it was judged on. */
  from: Type.String(),
  to: Type.String(),
  /** Windows of it that had a score. */
  windows: Count,
  /** Alarms where nothing was planted. Alarms less than a window apart are one. */
  falseAlarmsPerDay: Type.Number({ minimum: 0 }),
  /** One anomaly at a time in the whole of it: of the alarms raised so, how many were of the anomaly. */
  precision: Type.Union([Share, Type.Null()]),
  recall: Share,
  planted: Type.Array(
    Type.Object({
      kind: Type.Enum(PLANTED_KINDS),
      /** What was done, in words. */
      what: Type.String(),
      planted: Count,
      found: Count,
      recall: Share,
      /** Until the first alarm, of those found. */
      medianDelaySeconds: Type.Union([Count, Type.Null()]),
    }),
  ),
  /** sha256 of the weights that were evaluated. */
  weights: Type.String({ pattern: '^[0-9a-f]{64}$' }),
})
export type AnomalyEvaluation = Static<typeof AnomalyEvaluation>
