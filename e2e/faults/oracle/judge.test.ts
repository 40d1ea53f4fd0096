import { describe, expect, test } from 'vitest'

import type { AcceptedRecord, NamedGap, Stored, Submission } from './facts.ts'
import { judge } from './judge.ts'
import { type Verdict, FAILURES, isClean, printVerdict } from './verdict.ts'

const EPOCH = '00000000000000aa'

function record(seq: number, sha256 = `hash-${seq}`): AcceptedRecord {
  return { gateway: 'gw-1', lane: 'telemetry', epoch: EPOCH, seq, sha256 }
}

function submission(seq: number, overrides: Partial<Submission> = {}): Submission {
  return {
    source: 'meter-1',
    gateway: 'gw-1',
    items: [{ id: `reading-${seq}`, digest: `good ${seq}` }],
    accepted: [record(seq)],
    ...overrides,
  }
}

function gap(firstSeq: number, lastSeq = firstSeq): NamedGap {
  return { gateway: 'gw-1', lane: 'telemetry', epoch: EPOCH, firstSeq, lastSeq, reason: 'rotten' }
}

/** A database that holds exactly what was handed in. */
function faithful(sent: readonly Submission[]): Stored {
  return {
    records: sent.flatMap(({ accepted }) => accepted ?? []),
    items: sent.flatMap(({ items }) => items),
    gaps: [],
    wrongLatest: [],
  }
}

const sent = [1, 2, 3, 4].map((seq) => submission(seq))
const stored = faithful(sent)
const without = (seq: number): Stored => faithful(sent.filter((_, i) => i !== seq - 1))

function whatIn(verdict: Verdict): Record<string, string[]> {
  return Object.fromEntries(
    FAILURES.filter((failure) => verdict[failure].length > 0).map((failure) => [
      failure,
      verdict[failure].map(({ what }) => what),
    ]),
  )
}

const name = (seq: number) => `gw-1 telemetry ${EPOCH} ${seq}`

test('a database that holds what was accepted is clean', () => {
  expect(judge(sent, stored)).toEqual({
    lost: [],
    duplicated: [],
    foreign: [],
    altered: [],
    disordered: [],
    unnamed: [],
  })
})

describe('lost', () => {
  test('an accepted record that is neither stored nor named, with its readings', () => {
    expect(whatIn(judge(sent, without(3)))).toEqual({ lost: [name(3), 'reading-3'] })
  })

  test('the last record of an epoch, which no later one betrays', () => {
    expect(whatIn(judge(sent, without(4)))).toEqual({ lost: [name(4), 'reading-4'] })
  })

  test('a reading whose record is in the ledger', () => {
    expect(whatIn(judge(sent, { ...stored, items: stored.items.slice(1) }))).toEqual({ lost: ['reading-1'] })
  })

  test('not what a gap record names, where the fault took it away for good', () => {
    expect(isClean(judge(sent, { ...without(3), gaps: [gap(3)] }, { mayLose: true }))).toBe(true)
  })

  test('what was given up though nothing was beyond saving', () => {
    expect(whatIn(judge(sent, { ...without(3), gaps: [gap(3)] }))).toEqual({
      lost: [`gw-1 telemetry ${EPOCH} 3 to 3`],
    })
  })

  test('not what never got an answer', () => {
    const unanswered = submission(5, { accepted: undefined })
    expect(isClean(judge([...sent, unanswered], stored))).toBe(true)
  })
})

describe('duplicated', () => {
  test('a reading with two rows', () => {
    const items = [...stored.items, { id: 'reading-2', digest: 'good 2' }]
    expect(whatIn(judge(sent, { ...stored, items }))).toEqual({ duplicated: ['reading-2'] })
  })

  test('a key that stands in the ledger twice', () => {
    expect(whatIn(judge(sent, { ...stored, records: [...stored.records, record(2)] }))).toEqual({
      duplicated: [name(2)],
    })
  })

  test('a seq that was answered for two submissions', () => {
    const again = submission(5, { accepted: [record(4, 'hash-5')] })
    const verdict = judge([...sent, again], stored)
    expect(whatIn(verdict)).toMatchObject({ duplicated: [name(4)], lost: ['reading-5'] })
  })

  test('an unanswered submission that is stored twice', () => {
    const unanswered = submission(5, { accepted: undefined })
    const items = [...stored.items, ...unanswered.items, ...unanswered.items]
    expect(whatIn(judge([...sent, unanswered], { ...stored, items }))).toEqual({ duplicated: ['reading-5'] })
  })
})

test('foreign: a row that nobody handed in', () => {
  const items = [...stored.items, { id: 'reading-9', digest: 'good 9' }]
  expect(whatIn(judge(sent, { ...stored, items }))).toEqual({ foreign: ['reading-9'] })
})

describe('altered', () => {
  test('a record whose hash is not the one that was answered', () => {
    const records = stored.records.map((key) => (key.seq === 2 ? { ...key, sha256: 'other' } : key))
    expect(whatIn(judge(sent, { ...stored, records }))).toEqual({ altered: [name(2)] })
  })

  test('a reading whose value or quality is another', () => {
    const items = stored.items.map((item) => (item.id === 'reading-2' ? { ...item, digest: 'bad 2' } : item))
    expect(whatIn(judge(sent, { ...stored, items }))).toEqual({ altered: ['reading-2'] })
  })
})

describe('disordered', () => {
  test('a later submission of one source with a lower seq', () => {
    const [first, second, ...rest] = sent
    const swapped = [second!, first!, ...rest]
    expect(whatIn(judge(swapped, stored))).toEqual({ disordered: [name(1)] })
  })

  test('not two sources that overtake each other', () => {
    const [first, second, ...rest] = sent
    const swapped = [{ ...second!, source: 'meter-2' }, first!, ...rest]
    expect(isClean(judge(swapped, stored))).toBe(true)
  })

  test('a latest value that is not the newest', () => {
    expect(whatIn(judge(sent, { ...stored, wrongLatest: ['meter-1/temp'] }))).toEqual({
      disordered: ['meter-1/temp'],
    })
  })
})

describe('unnamed', () => {
  test('a hole in an epoch that nobody accepted and no gap record names', () => {
    const unanswered = sent.map((one, i) => (i === 1 ? { ...one, accepted: undefined } : one))
    expect(whatIn(judge(unanswered, without(2)))).toEqual({ unnamed: [name(2)] })
  })

  test('a gap record over something that is stored', () => {
    expect(whatIn(judge(sent, { ...stored, gaps: [gap(2, 3)] }, { mayLose: true }))).toEqual({
      unnamed: [name(2), name(3)],
    })
  })
})

test('the print shows six sets, and the first members of those that are not empty', () => {
  const none = { records: [], items: [], gaps: [], wrongLatest: [] }
  expect(printVerdict(judge(sent, none), 2)).toBe(
    [
      '  lost       8',
      `      ${name(1)}: accepted, neither stored nor named by a gap record`,
      `      ${name(2)}: accepted, neither stored nor named by a gap record`,
      '      …',
      '  duplicated ∅',
      '  foreign    ∅',
      '  altered    ∅',
      '  disordered ∅',
      '  unnamed    ∅',
    ].join('\n'),
  )
})
