import type { RecordKey } from '@ganzhi/contracts/record-key'

import { type AcceptedRecord, type Stored, type Submission, laneOf, nameOf } from './facts.ts'
import type { Finding } from './verdict.ts'

/** What is known of one lane of one epoch, by seq. */
interface LaneFacts {
  readonly accepted: Map<number, AcceptedRecord>
  readonly stored: Map<number, string>
  readonly named: Map<number, string>
}

/** Lays the keys that gateways answered with beside those of the cloud's ledger and its gap records. */
export function compareRecords(sent: readonly Submission[], stored: Stored): Finding[] {
  const findings: Finding[] = []
  const lanes = new Map<string, LaneFacts>()
  const factsOf = (key: Omit<RecordKey, 'seq'>) => {
    const facts = lanes.get(laneOf(key)) ?? { accepted: new Map(), stored: new Map(), named: new Map() }
    lanes.set(laneOf(key), facts)
    return facts
  }

  for (const record of sent.flatMap(({ accepted }) => accepted ?? [])) {
    const { accepted } = factsOf(record)
    if (accepted.has(record.seq)) {
      findings.push({ failure: 'duplicated', what: nameOf(record), why: 'answered for two submissions' })
    }
    accepted.set(record.seq, record)
  }
  for (const record of stored.records) {
    const facts = factsOf(record)
    if (facts.stored.has(record.seq)) {
      findings.push({ failure: 'duplicated', what: nameOf(record), why: 'stands in the ledger twice' })
    }
    facts.stored.set(record.seq, record.sha256)
  }
  for (const gap of stored.gaps) {
    const { named } = factsOf(gap)
    for (let seq = gap.firstSeq; seq <= gap.lastSeq; seq++) named.set(seq, gap.reason)
  }

  for (const [lane, facts] of lanes) findings.push(...findingsIn(lane, facts))
  return [...findings, ...disordered(sent)]
}

function findingsIn(lane: string, { accepted, stored, named }: LaneFacts): Finding[] {
  const top = [...accepted.keys(), ...stored.keys(), ...named.keys()].reduce((a, b) => Math.max(a, b), 0)
  const findings: Finding[] = []
  for (let seq = 1; seq <= top; seq++) {
    const what = `${lane} ${seq}`
    const answered = accepted.get(seq)?.sha256
    const hash = stored.get(seq)
    const reason = named.get(seq)
    if (hash !== undefined && answered !== undefined && hash !== answered) {
      findings.push({ failure: 'altered', what, why: `accepted as ${answered}, stored as ${hash}` })
    }
    if (hash !== undefined && reason !== undefined) {
      findings.push({ failure: 'unnamed', what, why: `named as missing (${reason}), but stored` })
    }
    if (hash !== undefined || reason !== undefined) continue
    findings.push(
      answered === undefined
        ? { failure: 'unnamed', what, why: 'missing below what was stored, and no gap record says so' }
        : { failure: 'lost', what, why: 'accepted, neither stored nor named by a gap record' },
    )
  }
  return findings
}

/** Who hands in one thing after the other gets rising numbers in each epoch. */
function disordered(sent: readonly Submission[]): Finding[] {
  const last = new Map<string, number>()
  return sent.flatMap(({ source, accepted = [] }) =>
    accepted.flatMap((record): Finding[] => {
      const line = `${source} ${laneOf(record)}`
      const before = last.get(line) ?? 0
      last.set(line, record.seq)
      if (record.seq >= before) return []
      return [{ failure: 'disordered', what: nameOf(record), why: `accepted after ${before} from ${source}` }]
    }),
  )
}
