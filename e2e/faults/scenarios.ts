import type { Scenario } from './scenario.ts'
import { anythingAtRandom } from './scenarios/anything-at-random.ts'
import { brokerWiped } from './scenarios/broker-wiped.ts'
import { clockJumped } from './scenarios/clock-jumped.ts'
import { databaseDown } from './scenarios/database-down.ts'
import { databaseRestored } from './scenarios/database-restored.ts'
import { edgeDiskError } from './scenarios/edge-disk-error.ts'
import { edgeDiskFull } from './scenarios/edge-disk-full.ts'
import { ingestFrozenAtEachStep } from './scenarios/ingest-frozen-at-each-step.ts'
import { ingestKilledAtEachStep } from './scenarios/ingest-killed-at-each-step.ts'
import { killedAtRandom } from './scenarios/killed-at-random.ts'
import { linkBroken } from './scenarios/link-broken.ts'
import { outboxBitFlipped } from './scenarios/outbox-bit-flipped.ts'
import { outboxCloned } from './scenarios/outbox-cloned.ts'
import { outboxRestored } from './scenarios/outbox-restored.ts'
import { outboxTailLost } from './scenarios/outbox-tail-lost.ts'
import { outboxTorn } from './scenarios/outbox-torn.ts'
import { pointTablesLost } from './scenarios/point-tables-lost.ts'
import { poison } from './scenarios/poison.ts'
import { streamDeleted } from './scenarios/stream-deleted.ts'
import { streamFull } from './scenarios/stream-full.ts'
import { timesBeyondBelief } from './scenarios/times-beyond-belief.ts'

/** In the order in which they run. */
export const SCENARIOS: readonly Scenario[] = [
  killedAtRandom,
  anythingAtRandom,
  brokerWiped,
  streamDeleted,
  streamFull,
  ingestKilledAtEachStep,
  ingestFrozenAtEachStep,
  databaseDown,
  databaseRestored,
  pointTablesLost,
  linkBroken,
  outboxRestored,
  outboxCloned,
  outboxTorn,
  outboxTailLost,
  outboxBitFlipped,
  edgeDiskFull,
  edgeDiskError,
  clockJumped,
  timesBeyondBelief,
  poison,
]
