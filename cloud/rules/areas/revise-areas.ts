import { setImmediate as othersFirst } from 'node:timers/promises'
import type { ClientBase } from 'pg'
import { reviseAlarms } from '../../alarms/revise-alarms.ts'
import { inTransaction } from '../../database/pool.ts'
import type { LateTiming } from '../late/late-spans.ts'
import type { Lease } from '../live/partition-leases.ts'
import { beginTurn, endTurn } from '../live/partition-turn.ts'
import { noteFault } from '../live/rule-fault.ts'
import type { TurnOptions } from '../live/take-turn.ts'
import { factsSince, metAt } from './area-history.ts'
import { AreaRerun, beginningAt } from './area-rerun.ts'
import type { AreaRule } from './area-rule.ts'
import { type AreasHeld, judges, versionKey } from './areas-held.ts'
import { areaCheckpoints, rewriteAreaCheckpoints } from './keep-areas.ts'
import { type LateArea, endLateArea, lateArea } from './late-areas.ts'
import { saveAreaStates } from './save-area-states.ts'

/**
 * Judges one area again of which something is known now that was not, in a transaction of those who judge areas: what it tells
 * and remembers takes the place of what was told and is remembered. False where there is none.
 */
export async function reviseLateArea(
  lease: Lease,
  held: AreasHeld,
  timing: Pick<LateTiming, 'settleMs' | 'atMostMs'>,
  { pool, leaseMs, failPoint, log }: TurnOptions,
): Promise<boolean> {
  const late = await lateArea(pool, timing)
  if (!late) return false
  await inTransaction(pool, async (tx) => {
    const { standing } = held
    await beginTurn(tx, lease, standing)
    failPoint('began')
    const rule = held.rules.get(versionKey(late))
    if (rule && !rule.stopped && judges(held, rule, late.area)) {
      const failure = await judgeAgain(tx, rule, late, standing.clock)
      if (failure) {
        rule.stopped = true
        await noteFault(tx, { rule: late.rule, version: late.version, kind: 'threw', ...failure }, log)
      }
    }
    failPoint('copied')
    await endLateArea(tx, late)
    failPoint('before-commit')
    held.standing = await endTurn(tx, lease, { ...standing, leaseMs })
  })
  failPoint('committed')
  return true
}

async function judgeAgain(
  tx: ClientBase,
  rule: AreaRule,
  late: LateArea,
  clock: number,
): Promise<AreaRerun['failure']> {
  const { area } = late
  const checkpoints = await areaCheckpoints(tx, late)
  const beginning = beginningAt(rule.rule, late.firstAt, checkpoints)
  if (!beginning) return undefined
  const { from } = beginning
  const rerun = new AreaRerun(rule.rule, { ...beginning, met: await metAt(tx, late, from) }, checkpoints)
  for await (const facts of factsSince(tx, late, from)) {
    for (const fact of facts) rerun.take(fact)
    await othersFirst()
  }
  rerun.finish(rule.firstOpen(clock))
  const { watch, told, transitions, remembered, failure } = rerun
  if (failure) return failure
  const version = { id: rule.rule.id, version: rule.rule.version }
  await reviseAlarms(tx, { rule: version, target: { area }, from, told, transitions })
  await rewriteAreaCheckpoints(tx, late, remembered)
  rule.areas.set(area, watch)
  await saveAreaStates(tx, new Map([[rule, new Set([area])]]))
  return undefined
}
