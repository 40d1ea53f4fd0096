import { type Stored, type Submission, nameOf } from './facts.ts'
import type { Finding } from './verdict.ts'

/** Lays what was handed in beside the rows: readings, events and evidence, each for itself. */
export function compareItems(sent: readonly Submission[], stored: Stored): Finding[] {
  const submissionOf = new Map(
    sent.flatMap((submission) => submission.items.map(({ id }) => [id, submission])),
  )
  const digestsOf = Map.groupBy(stored.items, ({ id }) => id)
  const isNamed = namedIn(stored)

  const findings = [...digestsOf.keys()]
    .filter((id) => !submissionOf.has(id))
    .map((what): Finding => ({ failure: 'foreign', what, why: 'stored, but nobody handed it in' }))

  for (const submission of sent) {
    const { accepted } = submission
    const mayBeMissing = accepted === undefined || accepted.some(isNamed)
    for (const { id, digest } of submission.items) {
      const copies = digestsOf.get(id) ?? []
      const record = accepted?.map(nameOf).join(', ') ?? 'never answered'
      if (copies.length === 0 && !mayBeMissing) {
        findings.push({ failure: 'lost', what: id, why: `accepted as ${record}, but no row` })
      }
      if (copies.length > 1) {
        findings.push({ failure: 'duplicated', what: id, why: `${copies.length} rows (${record})` })
      }
      const other = copies.find((copy) => copy.digest !== digest)
      if (other) {
        findings.push({ failure: 'altered', what: id, why: `${digest} became ${other.digest} (${record})` })
      }
    }
  }
  const wrong = stored.wrongLatest.map((what): Finding => ({
    failure: 'disordered',
    what,
    why: 'latest is not the newest sample',
  }))
  return [...findings, ...wrong]
}

function namedIn({ gaps }: Stored) {
  const named = new Set(
    gaps.flatMap(({ firstSeq, lastSeq, ...gap }) =>
      Array.from({ length: lastSeq - firstSeq + 1 }, (_, i) => nameOf({ ...gap, seq: firstSeq + i })),
    ),
  )
  return (record: Parameters<typeof nameOf>[0]) => named.has(nameOf(record))
}
