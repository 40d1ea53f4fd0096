import type { DerivedIndicator } from '@ganzhi/contracts/indicator'
import type { ClientBase } from 'pg'
import { type Arithmetic, arithmeticOf } from './arithmetic.ts'
import type { Numbered } from './measure.ts'
import { storeFresh } from './store-values.ts'

/** What follows from others, with the numbers of these by their names in the expression. */
export interface Derivation extends Numbered<DerivedIndicator> {
  readonly inputs: ReadonlyMap<string, number>
}

interface Input {
  readonly indicator: number
  readonly area: string
  readonly value: number | null
  readonly expected: number
  readonly present: number
}

interface Derived extends Omit<Input, 'indicator'> {
  readonly number: number
}

/** Indicators of which none follows from another of them, of every area that has all that they follow from. */
export async function derive(tx: ClientBase, at: Date, derivations: readonly Derivation[]): Promise<void> {
  const { rows } = await tx.query<Input>(
    'SELECT indicator, area, value, expected, present FROM indicator_value WHERE indicator = ANY ($1) AND at = $2',
    [[...new Set(derivations.flatMap(({ inputs }) => [...inputs.values()]))], at],
  )
  const areas = Map.groupBy(rows, ({ area }) => area)
    .values()
    .map((found) => new Map(found.map((each) => [each.indicator, each])))
    .toArray()
  const derived = derivations.flatMap((derivation) => {
    const arithmetic = arithmeticOf(derivation.document.expression)
    if ('fault' in arithmetic) throw new Error(`indicator ${derivation.document.id}: ${arithmetic.fault}`)
    return areas.flatMap((found) => derivedOf(derivation, arithmetic, found) ?? [])
  })
  await tx.query(
    `WITH fresh AS (
       SELECT * FROM unnest($3::int[], $4::text[], $5::float8[], $6::int[], $7::int[]) AS f (number, area, value, expected, present)
     )${storeFresh('$1', '$2')}`,
    [
      derivations.map(({ number }) => number),
      at,
      derived.map(({ number }) => number),
      derived.map(({ area }) => area),
      derived.map(({ value }) => value),
      derived.map(({ expected }) => expected),
      derived.map(({ present }) => present),
    ],
  )
}

/** As complete as the least complete of what it follows from; missing where one is, or where there is no such number. */
function derivedOf(
  { number, inputs }: Derivation,
  arithmetic: Arithmetic,
  found: ReadonlyMap<number, Input>,
): Derived | undefined {
  const operands: Record<string, number> = {}
  let least: Input | undefined
  for (const [name, indicator] of inputs) {
    const input = found.get(indicator)
    if (!input) return undefined
    operands[name] = input.value ?? Number.NaN
    if (!least || input.present * least.expected < least.present * input.expected) least = input
  }
  if (!least) return undefined
  const value = arithmetic.evaluate(operands)
  const { area, expected, present } = least
  return { number, area, value: Number.isFinite(value) ? value : null, expected, present }
}
