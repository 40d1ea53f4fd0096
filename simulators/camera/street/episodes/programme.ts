import { keyOf, randomStream } from '../../../signal.ts'
import type { Vector } from '../engine/vector.ts'
import type { Actor } from '../lives/actor.ts'
import { crowdScript } from './crowd.ts'
import {
  type Criterion,
  lastsMs,
  type Episode,
  type SceneName,
  type Script,
  type ScriptOptions,
  slotMs,
  STAGGER_MS,
} from './episode.ts'
import type { Plot } from './plaza.ts'
import { rubbishScript } from './rubbish.ts'
import { vendingScript } from './vending.ts'

export interface ProgrammeOptions {
  readonly scene: SceneName
  readonly criterion: Criterion
  readonly plots: readonly Plot[]
  /** So many on each plot, one after the other. */
  readonly rounds: number
  readonly seed: number
  readonly sun?: Vector | undefined
}

export interface Programme {
  readonly episodes: readonly Episode[]
  readonly lastsMs: number
  actorsAt(ms: number): Actor[]
}

const SCRIPTS: Readonly<Record<SceneName, (options: ScriptOptions) => Script>> = {
  'crowd-gathering': crowdScript,
  'street-vending': vendingScript,
  'exposed-garbage': rubbishScript,
}

/** What happens on all plots of a place: the same for the same seed. */
export function programmeOf({ scene, criterion, plots, rounds, seed, sun }: ProgrammeOptions): Programme {
  const slot = slotMs(criterion)
  const played = plots.flatMap((plot) =>
    Array.from({ length: rounds }, (_, round) => {
      const random = randomStream(keyOf(seed, scene, plot.number, round))
      const startMs = round * slot + random() * STAGGER_MS
      const firstId = 100_000 + 32 * (round * plots.length + plot.number)
      const { actors, ...told } = SCRIPTS[scene]({ random, plot, criterion, startMs, firstId, sun })
      const episode: Episode = { scene, plot: plot.number, ...told }
      return { episode, actors, startMs, endMs: startMs + slot }
    }),
  )
  return {
    episodes: played.map(({ episode }) => episode).toSorted((a, b) => a.beginsMs - b.beginsMs),
    lastsMs: lastsMs(criterion, rounds),
    actorsAt: (ms) =>
      played.filter(({ startMs, endMs }) => ms >= startMs && ms < endMs).flatMap(({ actors }) => actors),
  }
}
