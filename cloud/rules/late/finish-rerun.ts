import { reviseAlarms } from '../../alarms/revise-alarms.ts'
import { inTransaction } from '../../database/pool.ts'
import { factAgain } from '../areas/fact-again.ts'
import { writeFacts } from '../areas/write-facts.ts'
import { alterWatch } from '../live/device-watch.ts'
import { counts, refitRules } from '../live/fit-rules.ts'
import { type Partition, noteRipe } from '../live/partition.ts'
import type { Lease } from '../live/partition-leases.ts'
import { beginTurn, endTurn } from '../live/partition-turn.ts'
import { noteFault } from '../live/rule-fault.ts'
import { saveStates } from '../live/state-rows.ts'
import type { TurnOptions } from '../live/take-turn.ts'
import { TurnFaults } from '../live/turn-faults.ts'
import { checkpointsOf, rewriteCheckpoints } from './checkpoints.ts'
import { type DeviceRerun, advanceRerun, isVoid } from './device-rerun.ts'
import { endLateSpans } from './late-spans.ts'
import { rememberedAt } from './rule-rerun.ts'

/**
 * One transaction of a partition: a re-run is led up to where the partition is, and what it tells and remembers takes the
 * place of what was told and is remembered. A re-run that is void changes nothing: it is there to be taken again.
 */
export async function finishRerun(
  lease: Lease,
  known: Partition | undefined,
  rerun: DeviceRerun,
  { pool, leaseMs, failPoint, log }: TurnOptions,
): Promise<{ readonly partition: Partition | undefined }> {
  if (known === undefined || isVoid(rerun)) return { partition: known }
  const { device, spans, failures } = rerun
  const { standing } = known
  const { clock } = standing
  await inTransaction(pool, async (tx) => {
    await beginTurn(tx, lease, standing)
    failPoint('began')
    await advanceRerun(rerun, pool, clock)
    failPoint('fetched')
    const judged = rerun.rules.filter((each) => !failures.has(each))
    for (const { watch, state, from, told, value, transitions } of judged) {
      const { id, version, part } = watch.rule
      if (part === undefined)
        await reviseAlarms(tx, { rule: { id, version }, target: device, from, told, transitions })
      else known.facts.push(factAgain(device, watch.rule, part, { from, told, value, transitions }))
      alterWatch(device, watch, { state })
    }
    const key = { partition: lease.partition, ...device }
    await rewriteCheckpoints(tx, key, rememberedAt(await checkpointsOf(tx, key), judged))
    const faults = new TurnFaults(known)
    for (const [{ watch }, error] of failures) faults.threw(device, watch, error)
    for (const fault of faults.found) await noteFault(tx, fault, log)
    const stopped = device.watches.filter((watch) => watch.stopped)
    await endLateSpans(
      tx,
      device,
      spans,
      stopped.map(({ rule }) => rule.id),
    )
    failPoint('copied')
    if (!device.watches.every((watch) => counts(known, device, watch))) refitRules(known, device, clock)
    noteRipe(known, device, clock)
    await saveStates(tx, known, [device])
    await writeFacts(tx, known.facts.splice(0), clock)
    failPoint('before-commit')
    known.standing = await endTurn(tx, lease, { clock, revision: standing.revision, leaseMs })
  })
  failPoint('committed')
  return { partition: known }
}
