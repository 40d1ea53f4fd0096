import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { type Defect, withDefect } from './defects.ts'
import { type Lab, startLab } from './lab/lab.ts'
import { type Load, startLoad } from './load/load.ts'
import { type LoadLedger, openLoadLedger } from './load/load-ledger.ts'
import { type Judged, delivered, judgeLab } from './oracle/judge-lab.ts'
import type { Expectation } from './oracle/judge.ts'
import { type Verdict, isClean } from './oracle/verdict.ts'
import { seededRandom } from './random.ts'
import type { Scenario, Stage } from './scenario.ts'
import { until } from './until.ts'

export interface RunOptions {
  readonly seed: string
  readonly rounds: number
  readonly defect?: Defect | undefined
  readonly signal: AbortSignal
  readonly say: (line: string) => void
}

export interface Outcome {
  readonly scenario: string
  readonly seed: string
  readonly defect?: Defect | undefined
  /** Set where it could not be run here. */
  readonly unable?: string
  /** What went wrong before the oracle could speak, or while it waited. */
  readonly problem?: string
  readonly verdict?: Verdict
  readonly accepted: number
  readonly refused: Readonly<Record<string, number>>
  /** Processes that ended without being asked to, and were started again. */
  readonly deaths: Readonly<Record<string, number>>
  readonly seconds: number
  /** Logs, the generator's ledger and all data; gone when all was well. */
  readonly directory?: string
}

export function isGood({
  unable,
  problem,
  verdict,
}: Pick<Outcome, 'unable' | 'problem' | 'verdict'>): boolean {
  return unable !== undefined || (problem === undefined && verdict !== undefined && isClean(verdict))
}

const CONDITION_WITHIN_MS = 60_000
/** A planted defect may leave something out for ever: no need to wait for it as long as for a slow machine. */
const SETTLE_WITHIN_MS = 180_000
const SETTLE_WITH_DEFECT_MS = 20_000

export async function runScenario(scenario: Scenario, options: RunOptions): Promise<Outcome> {
  const { seed, defect } = options
  const nothing = { scenario: scenario.name, seed, defect, accepted: 0, refused: {}, deaths: {}, seconds: 0 }
  const unable = await scenario.unable?.()
  if (unable !== undefined) return { ...nothing, unable }

  const started = performance.now()
  const directory = await mkdtemp(join(tmpdir(), 'ganzhi-faults-'))
  const outcome = await play(scenario, directory, options)
  const seconds = Math.round((performance.now() - started) / 100) / 10
  if (!isGood(outcome)) return { ...nothing, ...outcome, seconds, directory }
  await rm(directory, { recursive: true, force: true })
  return { ...nothing, ...outcome, seconds }
}

type Played = Pick<Outcome, 'problem' | 'verdict' | 'accepted' | 'refused' | 'deaths'>

async function play(scenario: Scenario, directory: string, options: RunOptions): Promise<Played> {
  const { signal, defect } = options
  const random = seededRandom(options.seed)
  await using ledger = await openLoadLedger(join(directory, 'accepted.jsonl'))
  await using lab = await startLab(directory, withDefect(scenario.setup ?? {}, defect))
  await using load = startLoad({ ledger, random: random.fork('load'), shape: scenario.load, signal })
  for (const gateway of lab.gateways) load.add(gateway)

  const judge = () => settleAndJudge(lab, load, ledger, { ...options, mayLose: scenario.mayLose ?? false })
  const facts = () => ({
    accepted: ledger.accepted(),
    refused: Object.fromEntries(load.refused()),
    deaths: Object.fromEntries(
      lab.parts().flatMap(({ name, deaths }) => (deaths > 0 ? [[name, deaths]] : [])),
    ),
  })
  const stage: Stage = {
    lab,
    load,
    submissions: ledger.submissions,
    random: random.fork('faults'),
    rounds: options.rounds,
    signal,
    say: options.say,
    until: (what, ask) => until(what, ask, { withinMs: CONDITION_WITHIN_MS, signal }),
    delivered: (withinMs = defect ? SETTLE_WITH_DEFECT_MS : CONDITION_WITHIN_MS) =>
      delivered(lab, [...ledger.submissions], { withinMs, signal, say: options.say }),
    async settle() {
      const judged = await judge()
      if (!isGood(judged)) throw new Unclean(judged)
      load.resume()
    },
  }
  try {
    // What does not work unbroken need not be broken.
    await load.more(20)
    await stage.delivered()
    await scenario.run(stage)
    return { ...(await judge()), ...facts() }
  } catch (error) {
    if (signal.aborted) throw error
    if (error instanceof Unclean) return { ...error.judged, ...facts() }
    return { ...(await judge()), problem: messageOf(error), ...facts() }
  }
}

/** Heals, lets everything arrive, and compares; what did not arrive in time is the oracle's to name. */
async function settleAndJudge(
  lab: Lab,
  load: Load,
  ledger: LoadLedger,
  { signal, say, defect, mayLose }: RunOptions & Expectation,
): Promise<Judged> {
  await lab.heal()
  await load.pause()
  const withinMs = defect ? SETTLE_WITH_DEFECT_MS : SETTLE_WITHIN_MS
  return await judgeLab(lab, ledger.submissions, { withinMs, signal, say, mayLose })
}

class Unclean extends Error {
  readonly judged: Judged
  constructor(judged: Judged) {
    super('the sets are not empty')
    this.judged = judged
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
