import { type Fate, type LedgerEntry, enter } from '../ledger/ledger.ts'
import { laneCode } from '../ledger/codes.ts'
import { cutFromGaps } from '../ledger/gaps.ts'
import type { RefusedArrival } from './arrival.ts'
import { type FaultLab, passWhileCopying } from './fail-point.ts'
import type { LaneWork, Prepared } from './lane.ts'
import { type Quarantined, quarantine } from './quarantine.ts'
import type { LedgerTransaction } from '../ledger/ledger-transaction.ts'
import type { IngestSession } from './session.ts'

export interface Batch<Content> {
  /** The session's generation under which ids in it were learnt. */
  readonly generation: number
  readonly records: readonly Prepared<Content>[]
  readonly refused: readonly RefusedArrival[]
}

export interface Committed<Content> {
  /** In the database from now on, or since earlier: these are receipted. */
  readonly held: readonly Prepared<Content>[]
  readonly entered: readonly Prepared<Content>[]
  readonly conflicts: readonly Prepared<Content>[]
  readonly quarantined: readonly Quarantined[]
}

/** The one transaction: keys, rows, and what became of what can't be stored, all or nothing. */
export async function commitBatch<Content>(
  session: IngestSession,
  work: LaneWork<Content>,
  batch: Batch<Content>,
  lab: FaultLab,
): Promise<Committed<Content>> {
  return session.transaction(batch.generation, async (tx) => {
    const fates = await fatesOf(tx, batch.records, lab)
    lab.failPoint('keys-inserted')
    const withFate = (fate: Fate): Prepared<Content>[] => batch.records.filter((_, i) => fates[i] === fate)
    const entered = withFate('entered')
    await cutFromGaps(tx.client, entriesOf(entered))
    const whole = entered.filter(({ state }) => state !== 'quarantined')
    await work.store({ ...tx, client: passWhileCopying(tx.client, lab) }, whole)
    lab.failPoint('copied')
    const conflicts = withFate('conflict')
    const quarantined = [
      ...batch.refused,
      ...entered.flatMap(({ arrival, reason }) => (reason === undefined ? [] : [{ ...arrival, reason }])),
      ...(await newConflicts(tx, conflicts)),
    ]
    await quarantine(tx.client, quarantined)
    return { held: [...entered, ...withFate('known')], entered, conflicts, quarantined }
  })
}

async function fatesOf<Content>(
  tx: LedgerTransaction,
  records: readonly Prepared<Content>[],
  lab: FaultLab,
): Promise<Fate[]> {
  const fates = await enter(tx.client, tx.day, entriesOf(records))
  return lab.defect === 'no-ledger' ? fates.map(() => 'entered') : fates
}

function entriesOf<Content>(records: readonly Prepared<Content>[]): LedgerEntry[] {
  return records.map(({ entry }) => entry)
}

/** The same conflict comes again with every re-send; it is kept and told once. */
async function newConflicts<Content>(
  tx: LedgerTransaction,
  conflicts: readonly Prepared<Content>[],
): Promise<Quarantined[]> {
  const told: Quarantined[] = []
  for (const { arrival, entry } of conflicts) {
    const { rowCount } = await tx.client.query(
      `INSERT INTO identity_conflict (gateway_id, kind, epoch, lane, seq, sha256)
       VALUES ($1, 'hash', $2, $3, $4, $5) ON CONFLICT DO NOTHING`,
      [
        entry.gatewayId,
        entry.epoch.toString(),
        laneCode(entry.lane),
        entry.seq,
        Buffer.from(entry.sha256, 'hex'),
      ],
    )
    if (rowCount) told.push({ ...arrival, reason: 'another record has its gateway, lane, epoch and seq' })
  }
  return told
}
