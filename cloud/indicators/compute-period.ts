import type { DerivedIndicator, Indicator, MeasuredIndicator } from '@ganzhi/contracts/indicator'
import type { PoolClient } from 'pg'
import { transactionOn } from '../database/pool.ts'
import { derive } from './derive.ts'
import { inputsFirst } from './inputs.ts'
import { measure, type Numbered, type PeriodSpan } from './measure.ts'

/** `wanted` and what they follow from, of one period of every area. `known` are all that there are. */
export async function computePeriod(
  client: PoolClient,
  span: PeriodSpan,
  wanted: readonly Numbered<Indicator>[],
  known: ReadonlyMap<string, Numbered<Indicator>>,
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
  for (const indicator of all.filter(isDerived)) {
    signal?.throwIfAborted()
    const inputs = new Map(
      Object.entries(indicator.document.with).map(([name, id]) => [name, known.get(id)?.number ?? 0]),
    )
    await asTheyAre(client, [indicator], () => derive(client, span.from, indicator, inputs))
  }
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
