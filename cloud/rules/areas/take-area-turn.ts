import { writeTransitions } from '../../alarms/write-transitions.ts'
import { inTransaction } from '../../database/pool.ts'
import type { Lease } from '../live/partition-leases.ts'
import { beginTurn, endTurn } from '../live/partition-turn.ts'
import { noteFault } from '../live/rule-fault.ts'
import type { TurnOptions } from '../live/take-turn.ts'
import { type AreasHeld, leveled, loadAreas, newPlaces } from './areas-held.ts'
import { followAreaRules, forgetClear } from './follow-area-rules.ts'
import { AreaJudgement } from './judge-areas.ts'
import { saveAreaStates } from './save-area-states.ts'
import { saveStays } from './save-stays.ts'
import { keepAreas } from './keep-areas.ts'
import { takeLateFact } from './take-late-fact.ts'
import { factsKnownUntil, factsTakenUntil, isLate, movedDevices, takeFacts } from './take-facts.ts'

export interface AreasTaken {
  readonly held: AreasHeld
  /** There is more to take. */
  readonly behind: boolean
}

/** Smaller than any: all rules are looked at. */
const NO_REVISION = '-1'

/**
 * One transaction over areas, as `takeTurn` is over the devices of a partition: the facts that are due are taken up, areas judged
 * by them, and all that follows is written. It goes as far as all partitions have come, so that no fact is missed.
 */
export async function takeAreaTurn(
  lease: Lease,
  known: AreasHeld | undefined,
  options: TurnOptions,
): Promise<AreasTaken> {
  const { pool, book, leaseMs, failPoint, log } = options
  const taken = await inTransaction(pool, async (tx) => {
    const turn = await beginTurn(tx, lease, known?.standing)
    failPoint('began')
    await keepAreas(tx, turn)
    const held = known ?? (await loadAreas(tx, turn, book))
    const followed = await followAreaRules(tx, held, book, known ? held.standing.revision : NO_REVISION)
    const judgement = new AreaJudgement(held)
    const placed = await newPlaces(pool, held)
    if (placed !== undefined) judgement.move(await movedDevices(tx, leveled(held)))
    held.placed = placed ?? held.placed
    const until = Math.max(turn.clock, await factsKnownUntil(tx, lease.partition))
    const clock = await factsTakenUntil(tx, until)
    for (const fact of await takeFacts(tx, clock, leveled(held))) {
      if (isLate(fact)) await takeLateFact(tx, judgement, fact)
      else judgement.take(fact)
    }
    failPoint('fetched')
    judgement.passTo(clock)
    await saveStays(tx, judgement)
    for (const kept of [...held.rules.values()].filter(({ isKept }) => isKept)) {
      const ended = await forgetClear(tx, held, kept)
      judgement.begin(kept.rule.id, ended, clock)
    }
    await saveAreaStates(tx, judgement.areas)
    failPoint('copied')
    for (const fault of judgement.faults) await noteFault(tx, fault, log)
    await writeTransitions(tx, [...followed.changes, ...judgement.changes])
    failPoint('before-commit')
    held.standing = await endTurn(tx, lease, { clock, revision: followed.revision, leaseMs })
    return { held, behind: clock < until }
  })
  failPoint('committed')
  return taken
}
