import type { Json } from '@ganzhi/contracts/reading'
import type { Clock } from '@ganzhi/device-drivers/clock'
import type { Memory } from '@ganzhi/device-drivers/driver'
import type { Driver } from '@ganzhi/device-drivers/driver'
import type { Static, TObject } from 'typebox'
import { type Group, type LinkPlan, measureLink, planLink, TIGHT } from './link-plan.ts'
import { readsOf } from './read-points.ts'
import { sessionMemory } from './session-memory.ts'
import { openLink } from './target.ts'

/** A physical link, what is to be read on it, and what a gateway has learnt of its devices. */
export interface LinkTarget {
  readonly driver: Driver
  readonly connection: Static<TObject>
  readonly groups: readonly Group[]
  readonly memory?: Memory
}

export interface ExplainedPlan extends LinkPlan {
  /** The slowest line speed with room for all, where a faster one would help. */
  readonly baudRate?: number
  /** What the driver knows of its devices, under the driver's own keys. */
  readonly learnt?: Readonly<Record<string, Json>>
}

const FASTER_BAUD_RATES = [19_200, 38_400, 57_600, 115_200]

/** The plan of one link; with `measure` everything is read, else nothing is sent. */
export async function planTarget(
  target: LinkTarget,
  options: { readonly measure: boolean; readonly signal: AbortSignal; readonly clock: Clock },
): Promise<ExplainedPlan> {
  const memory = sessionMemory(target.memory)
  await using link = await openLink(target, { clock: options.clock, memory })
  const reads = readsOf(link, target.driver.id)
  const plan = options.measure
    ? await measureLink(reads, target.groups, options)
    : planLink(reads, target.groups)
  const baudRate = plan.verdict === 'fits' ? undefined : await baudRateThatFits(target, plan, options.clock)
  return {
    ...plan,
    ...(baudRate === undefined ? {} : { baudRate }),
    ...(memory.facts.size === 0 ? {} : { learnt: Object.fromEntries(memory.facts) }),
  }
}

/** A faster line saves wire time only: what the devices take to think was measured, and stays. */
async function baudRateThatFits(
  target: LinkTarget,
  { budget }: LinkPlan,
  clock: Clock,
): Promise<number | undefined> {
  if (!('path' in target.connection)) return undefined
  const present = Number(target.connection['baudRate'] ?? 9_600)
  const wire = await budgetAt(target, present, clock)
  for (const baudRate of FASTER_BAUD_RATES.filter((rate) => rate > present)) {
    const saved = wire - (await budgetAt(target, baudRate, clock))
    if (budget - saved <= TIGHT) return baudRate
  }
  return undefined
}

async function budgetAt(
  { driver, connection, groups, memory }: LinkTarget,
  baudRate: number,
  clock: Clock,
): Promise<number> {
  const line = { driver, connection: { ...connection, baudRate } }
  await using link = await openLink(line, { clock, memory: sessionMemory(memory) })
  return planLink(readsOf(link, driver.id), groups).budget
}
