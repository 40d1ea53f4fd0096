import type { Json } from '@ganzhi/contracts/reading'
import type { Clock } from '@ganzhi/device-drivers/clock'
import type { Memory } from '@ganzhi/device-drivers/driver'
import type { Driver } from '@ganzhi/device-drivers/driver'
import type { Static, TObject } from 'typebox'
import { type Group, type LinkPlan, measureLink, planLink } from './link-plan.ts'
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
  const baudRate = plan.verdict === 'fits' ? undefined : await baudRateThatFits(target, options.clock)
  return {
    ...plan,
    ...(baudRate === undefined ? {} : { baudRate }),
    ...(memory.facts.size === 0 ? {} : { learnt: Object.fromEntries(memory.facts) }),
  }
}

async function baudRateThatFits(target: LinkTarget, clock: Clock): Promise<number | undefined> {
  const { driver, connection, groups } = target
  if (!('path' in connection)) return undefined
  const present = Number(connection['baudRate'] ?? 9_600)
  for (const baudRate of FASTER_BAUD_RATES.filter((rate) => rate > present)) {
    const faster = { driver, connection: { ...connection, baudRate } }
    await using link = await openLink(faster, { clock, memory: sessionMemory(target.memory) })
    if (planLink(readsOf(link, driver.id), groups).verdict === 'fits') return baudRate
  }
  return undefined
}
