import type { DerivedIndicator, Indicator, MeasuredIndicator } from '@ganzhi/contracts/indicator'
import type { PoolClient } from 'pg'
import { transactionOn } from '../database/pool.ts'
import { derive, type Derivation } from './derive.ts'
import { inputsFirst, inputsOf } from './inputs.ts'
import { measure, type Numbered, type PeriodSpan } from './measure.ts'

type Known = ReadonlyMap<string, Numbered<Indicator>>

/** Derived in one go: what they follow from is held in memory, of all areas. */
const DERIVED_AT_ONCE = 16

/**
 * `wanted` and what they follow from, of one period of every area. `known` are all that there are. What is changed meanwhile
 * gets another number: values under the old one are never looked at, and cleared in their time.
 */
export async function computePeriod(
  client: PoolClient,
  span: PeriodSpan,
  wanted: readonly Numbered<Indicator>[],
  known: Known,
  signal: AbortSignal | undefined,
): Promise<void> {
  const all = inputsFirst(
    wanted.map(({ document }) => document.id),
    (id) => known.get(id)?.document,
  ).flatMap((id) => known.get(id) ?? [])
  const properties = Map.groupBy(all.filter(isMeasured), ({ document }) => document.of.property)
  for (const [property, indicators] of properties) {
    signal?.throwIfAborted()
    await inShort(client, () => measure(client, span, property, indicators))
  }
  for (const derivations of inTurn(all.filter(isDerived), known)) {
    signal?.throwIfAborted()
    await inShort(client, () => derive(client, span.from, derivations))
  }
}

/** Those that follow from measured ones alone, then those that follow from these, and so on; `derived` inputs first. */
function inTurn(derived: readonly Numbered<DerivedIndicator>[], known: Known): Derivation[][] {
  const steps = new Map<string, number>()
  const turns: Derivation[][] = []
  for (const { number, document } of derived) {
    const step = 1 + Math.max(...inputsOf(document).map((id) => steps.get(id) ?? -1))
    steps.set(document.id, step)
    const inputs = new Map(
      Object.entries(document.with).map(([name, id]) => [name, known.get(id)?.number ?? 0]),
    )
    ;(turns[step] ??= []).push({ number, document, inputs })
  }
  return turns.flatMap((turn) =>
    Array.from({ length: Math.ceil(turn.length / DERIVED_AT_ONCE) }, (_, i) =>
      turn.slice(i * DERIVED_AT_ONCE, (i + 1) * DERIVED_AT_ONCE),
    ),
  )
}

/**
 * A transaction that no disk is waited for: whoever says that the period is computed commits after it, and waits for both.
 * Until then a crash only has it computed again.
 */
async function inShort(client: PoolClient, work: () => Promise<void>): Promise<void> {
  await transactionOn(client, async () => {
    await client.query('SET LOCAL synchronous_commit = off')
    await work()
  })
}

function isMeasured(each: Numbered<Indicator>): each is Numbered<MeasuredIndicator> {
  return 'of' in each.document
}

function isDerived(each: Numbered<Indicator>): each is Numbered<DerivedIndicator> {
  return 'expression' in each.document
}
