import type { DerivedIndicator } from '@ganzhi/contracts/indicator'
import type { ClientBase } from 'pg'
import { type Arithmetic, arithmeticOf } from './arithmetic.ts'
import type { Numbered } from './measure.ts'
import { storeFresh } from './store-values.ts'

interface Input {
  readonly indicator: number
  readonly area: string
  readonly value: number | null
  readonly expected: number
  readonly present: number
}

interface Derived {
  readonly value: number | null
  readonly expected: number
  readonly present: number
}

/** One indicator that follows from others, of every area that has all of these; `inputs` are their numbers by name. */
export async function derive(
  tx: ClientBase,
  at: Date,
  { number, document }: Numbered<DerivedIndicator>,
  inputs: ReadonlyMap<string, number>,
): Promise<void> {
  const arithmetic = arithmeticOf(document.expression)
  if ('fault' in arithmetic) throw new Error(`indicator ${document.id}: ${arithmetic.fault}`)
  const { rows } = await tx.query<Input>(
    'SELECT indicator, area, value, expected, present FROM indicator_value WHERE indicator = ANY ($1) AND at = $2',
    [[...new Set(inputs.values())], at],
  )
  const areas = Map.groupBy(rows, ({ area }) => area)
  const derived = new Map<string, Derived>()
  for (const [area, found] of areas) {
    const known = derivedOf(arithmetic, inputs, new Map(found.map((each) => [each.indicator, each])))
    if (known) derived.set(area, known)
  }
  const columns = [...derived.values()]
  await tx.query(
    `WITH fresh AS (
       SELECT $1::int AS number, * FROM unnest($3::text[], $4::float8[], $5::int[], $6::int[]) AS f (area, value, expected, present)
     )${storeFresh('ARRAY[$1]', '$2')}`,
    [
      number,
      at,
      [...derived.keys()],
      columns.map(({ value }) => value),
      columns.map(({ expected }) => expected),
      columns.map(({ present }) => present),
    ],
  )
}

/** As complete as the least complete of what it is made of; missing where one is, or where there is no such number. */
function derivedOf(
  arithmetic: Arithmetic,
  inputs: ReadonlyMap<string, number>,
  found: ReadonlyMap<number, Input>,
): Derived | undefined {
  const operands = [...inputs].map(([name, number]) => ({ name, input: found.get(number) }))
  if (!operands.every((each): each is { name: string; input: Input } => each.input !== undefined)) {
    return undefined
  }
  const least = operands
    .map(({ input }) => input)
    .reduce((a, b) => (b.present * a.expected < a.present * b.expected ? b : a))
  const { expected, present } = least
  const value = arithmetic.evaluate(
    Object.fromEntries(operands.map(({ name, input }) => [name, input.value ?? Number.NaN])),
  )
  return { value: Number.isFinite(value) ? value : null, expected, present }
}
