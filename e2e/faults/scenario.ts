import type { Lab, LabOptions } from './lab/lab.ts'
import type { Load } from './load/load.ts'
import type { LoadShape } from './load/workload.ts'
import type { Submission } from './oracle/facts.ts'
import type { Random } from './random.ts'

/** A platform under load, to be broken. */
export interface Stage {
  readonly lab: Lab
  readonly load: Load
  /** Everything that was handed in up to now. */
  readonly submissions: readonly Submission[]
  readonly random: Random
  /** How many rounds the longer scenarios make. */
  readonly rounds: number
  readonly signal: AbortSignal
  /** A line for the person who watches. */
  readonly say: (line: string) => void
  /** Waits for a condition, which is named; fails when it does not come true in time. */
  readonly until: <Answer>(
    what: string | (() => string),
    ask: () => Answer | Promise<Answer>,
  ) => Promise<NonNullable<Answer>>
  /** Resolves when the database has, or knows to be missing, everything that was accepted up to now. */
  readonly delivered: (withinMs?: number) => Promise<void>
  /** Puts everything back, lets everything arrive, and fails unless all six sets are empty. */
  readonly settle: () => Promise<void>
}

/** One way of breaking the platform, and what it must not do to anyone's data. */
export interface Scenario {
  /** As the file that it stands in. */
  readonly name: string
  /** One sentence. */
  readonly promise: string
  readonly setup?: LabOptions
  readonly load?: LoadShape
  /** The fault takes something away for good, which must be named. */
  readonly mayLose?: boolean
  /** Why it can't run on this machine, if so. */
  unable?(): Promise<string | undefined>
  /** Breaks things under load, and makes sure that they broke. The oracle comes afterwards, by itself. */
  run(stage: Stage): Promise<void>
}
