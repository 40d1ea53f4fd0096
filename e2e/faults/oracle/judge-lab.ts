import type { Lab } from '../lab/lab.ts'
import { until } from '../until.ts'
import type { Submission } from './facts.ts'
import { type Expectation, judge } from './judge.ts'
import { readDatabase } from './read-database.ts'
import { undelivered, unsettled } from './settle.ts'
import { type Verdict, isClean } from './verdict.ts'

export interface Judged {
  readonly verdict: Verdict
  /** What was still under way when the time was up. */
  readonly problem?: string
}

export interface Patience {
  readonly withinMs: number
  readonly signal: AbortSignal
  readonly say: (line: string) => void
}

/** Waits until the platform is at rest, as far as it comes to rest, and compares everything. */
export async function judgeLab(
  lab: Lab,
  sent: readonly Submission[],
  patience: Patience & Expectation,
): Promise<Judged> {
  const problem = await rest(() => unsettled(lab, sent), patience).then(
    () => undefined,
    (error: unknown) => String(error),
  )
  patience.signal.throwIfAborted()
  const gateways = [...new Set(sent.map(({ gateway }) => gateway))]
  const where = { gateways, evidenceDir: lab.evidenceDir }
  const stored = await lab.postgres.withClient((client) => readDatabase(client, where))
  const verdict = judge(sent, stored, patience)
  return { verdict, ...(problem !== undefined && isClean(verdict) && { problem }) }
}

export async function delivered(lab: Lab, sent: readonly Submission[], patience: Patience): Promise<void> {
  await rest(() => undelivered(lab, sent), patience)
}

const SAY_EVERY_MS = 20_000

/** The parts may be on their way up: who can't be asked yet is asked again. */
async function rest(ask: () => Promise<string | undefined>, { say, ...patience }: Patience): Promise<void> {
  let missing: string | undefined
  let saidAt = performance.now()
  await until(
    () => `end of waiting for ${missing}`,
    async () => {
      missing = await ask().catch(String)
      if (missing !== undefined && performance.now() - saidAt > SAY_EVERY_MS) {
        say(`waiting for ${missing}`)
        saidAt = performance.now()
      }
      return missing === undefined
    },
    patience,
  )
}
