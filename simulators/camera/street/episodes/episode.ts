import type { Vector } from '../engine/vector.ts'
import type { Actor } from '../lives/actor.ts'
import { between } from '../things/making/chance.ts'
import type { Plot } from './plaza.ts'

export const SCENES = ['crowd-gathering', 'street-vending', 'exposed-garbage'] as const
export type SceneName = (typeof SCENES)[number]

/** What happens on one plot of the ground, told from outside: a scene should notice incidents, and nothing else. */
export interface Episode {
  readonly scene: SceneName
  /** A distractor is made of the same things, as long and as large, but for what the rule is about. */
  readonly kind: 'incident' | 'distractor'
  readonly what: string
  /** The plot's number. */
  readonly plot: number
  /** Of the incident: its rule's state holds from here to there. Of a distractor: while it looks like one. */
  readonly beginsMs: number
  readonly endsMs: number
}

/** What a rule asks for, so that an incident has enough of it and a distractor too little. */
export interface Criterion {
  /** 持续时间: a state that ends sooner is none. */
  readonly dwellS: number
  /** People of a crowd. */
  readonly atLeast: number
}

export interface ScriptOptions {
  readonly random: () => number
  readonly plot: Plot
  readonly criterion: Criterion
  /** Nobody comes before, and nobody is left after 2 · dwell + 45 s. */
  readonly startMs: number
  /** Towards the sun, where it shines. */
  readonly sun?: Vector | undefined
  /** The first of 32 numbers for who and what takes part. */
  readonly firstId: number
}

export interface Script {
  readonly kind: Episode['kind']
  readonly what: string
  readonly beginsMs: number
  readonly endsMs: number
  readonly actors: readonly Actor[]
}

/** Longer than the rule asks for, and gone before the plot is wanted again. */
export function longEnoughS({ random, criterion }: ScriptOptions): number {
  return criterion.dwellS + between(random, 14, 24)
}

/** Shorter than the rule asks for, even with the coming and the going. */
export function soonOverS({ random, criterion }: ScriptOptions): number {
  return criterion.dwellS * between(random, 0.15, 0.35)
}

export type Tell = (
  kind: Script['kind'],
  what: string,
  seconds: number,
  actorsOf: (endsMs: number) => Actor[],
) => Script

/** Tells of what lasts so many seconds from a moment on. */
export function tellerFrom(beginsMs: number): Tell {
  return (kind, what, seconds, actorsOf) => {
    const endsMs = beginsMs + seconds * 1_000
    return { kind, what, beginsMs, endsMs, actors: actorsOf(endsMs) }
  }
}

/** From when an episode starts to when its plot is empty again. */
export function slotMs({ dwellS }: Criterion): number {
  return (2 * dwellS + 60) * 1_000
}

/** Plots do not begin all at once. */
export const STAGGER_MS = 18_000

export function lastsMs(criterion: Criterion, rounds: number): number {
  return rounds * slotMs(criterion) + STAGGER_MS
}
