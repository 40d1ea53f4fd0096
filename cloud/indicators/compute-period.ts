import type { DerivedIndicator, Indicator, MeasuredIndicator } from '@ganzhi/contracts/indicator'
import type { PoolClient } from 'pg'
import { transactionOn } from '../database/pool.ts'
import { derive, type Derivation } from './derive.ts'
import { inputsFirst, inputsOf } from './inputs.ts'
import { measure, type Numbered, type PeriodSpan } from './measure.ts'

type Known = ReadonlyMap<string, Numbered<Indicator>>

/** Derived in one go: what they follow from is held in memory, of all areas. */
const DERIVED_AT_ONCE = 16

/** `wanted` and what they follow from, of one period of every area. `known` are all that there are. */
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
    await asTheyAre(client, indicators, (still) => measure(client, span, property, still))
  }
  for (const derivations of inTurn(all.filter(isDerived), known)) {
    signal?.throwIfAborted()
    await asTheyAre(client, derivations, (still) => derive(client, span.from, still))
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

/** Without those that mean something else by now: values under their number would never be looked at. */
async function asTheyAre<T extends Numbered<Indicator>>(
  client: PoolClient,
  indicators: readonly T[],
  work: (still: readonly T[]) => Promise<void>,
): Promise<void> {
  await transactionOn(client, async () => {
    const { rows } = await client.query<{ number: number }>(
      'SELECT number FROM indicator WHERE number = ANY ($1) FOR KEY SHARE',
      [indicators.map(({ number }) => number)],
    )
    const numbers = new Set(rows.map(({ number }) => number))
    const still = indicators.filter(({ number }) => numbers.has(number))
    if (still.length > 0) await work(still)
  })
}

function isMeasured(each: Numbered<Indicator>): each is Numbered<MeasuredIndicator> {
  return 'of' in each.document
}

function isDerived(each: Numbered<Indicator>): each is Numbered<DerivedIndicator> {
  return 'expression' in each.document
}
