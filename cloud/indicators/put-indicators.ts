import { isDeepStrictEqual } from 'node:util'
import type { Fault } from '@ganzhi/contracts/error'
import type { Indicator } from '@ganzhi/contracts/indicator'
import type { IndicatorsPut } from '@ganzhi/contracts/indicator-view'
import { fieldOf } from '@ganzhi/contracts/schema'
import type { Pool, PoolClient } from 'pg'
import { refuseFaults } from '../areas/refused-list.ts'
import { inTransaction } from '../database/pool.ts'
import { indicatorFaults } from './indicator-faults.ts'
import { circleAt, inputsOf, withFollowers } from './inputs.ts'

type Documents = ReadonlyMap<string, Indicator>

/** Creates indicators, or makes them as they are said to be: all of them, or none where anything is wrong. */
export async function putIndicators(
  pool: Pool,
  values: readonly unknown[],
  { author, dryRun }: { readonly author: string; readonly dryRun: boolean },
): Promise<IndicatorsPut> {
  refuseFaults(
    values.flatMap((value, index) =>
      indicatorFaults(value).map(({ path, message, remedy }) =>
        faultAt(index, value, fieldOf(path), message, remedy),
      ),
    ),
  )
  const put = values as readonly Indicator[]
  return inTransaction(pool, async (tx) => {
    const before = await heldDocuments(tx)
    const after: Documents = new Map([...before, ...put.map((each) => [each.id, each] as const)])
    refuseFaults(bookFaults(put, after))
    const created = put.filter(({ id }) => !before.has(id))
    const changed = put.filter(
      ({ id }) => before.has(id) && !isDeepStrictEqual(before.get(id), after.get(id)),
    )
    const otherwise = changed.filter(
      ({ id }) => !isDeepStrictEqual(measuredBy(before.get(id)), measuredBy(after.get(id))),
    )
    const recomputed = [
      ...withFollowers(
        otherwise.map(({ id }) => id),
        after.values(),
      ),
    ].filter((id) => before.has(id))
    if (!dryRun) {
      await tx.query(WRITE, [[...created, ...changed].map((each) => JSON.stringify(each)), author])
      await tx.query(
        'UPDATE indicator SET number = DEFAULT, computed_from = NULL, computed_until = NULL WHERE id = ANY ($1)',
        [recomputed],
      )
    }
    return {
      created: created.length,
      changed: changed.length,
      recomputed: recomputed.length,
      unchanged: put.length - created.length - changed.length,
    }
  })
}

/** Its values go in their time. */
export async function removeIndicator(pool: Pool, id: string): Promise<void> {
  await inTransaction(pool, async (tx) => {
    const before = await heldDocuments(tx)
    const followers = [...before.values()].filter((each) => inputsOf(each).includes(id))
    refuseFaults(
      followers.map((each) => ({
        field: 'id',
        message: `${each.id} 由其算得 follows from ${id}`,
        remedy: '先删除或改写后者。 Remove that one first, or write it another way.',
      })),
    )
    await tx.query('DELETE FROM indicator WHERE id = $1', [id])
  })
}

/** One change at a time: what follows from what is looked at as a whole. */
async function heldDocuments(tx: PoolClient): Promise<Documents> {
  await tx.query('LOCK TABLE indicator IN SHARE ROW EXCLUSIVE MODE')
  const { rows } = await tx.query<{ document: Indicator }>('SELECT document FROM indicator')
  return new Map(rows.map(({ document }) => [document.id, document]))
}

/** What is wrong with them beside each other. */
function bookFaults(put: readonly Indicator[], after: Documents): Fault[] {
  const indexes = new Map(put.map(({ id }, index) => [id, index]))
  const repeated = put.flatMap(({ id }, index) =>
    indexes.get(id) === index
      ? []
      : [faultAt(index, { id }, 'id', 'stands there twice', '每个指标只写一次。 Name each once.')],
  )
  const documentOf = (id: string) => after.get(id)
  const wrong = [...after.values()].flatMap((each): Fault[] => {
    const index = indexes.get(each.id)
    if (!('with' in each)) return []
    if (index !== undefined && circleAt(each.id, documentOf)) {
      const way = circleAt(each.id, documentOf)?.join(' ← ')
      return [
        faultAt(index, each, 'with', `follows from itself: ${way}`, '去掉其中一步。 Leave one of these out.'),
      ]
    }
    return Object.entries(each.with).flatMap(([name, id]): Fault[] => {
      const input = after.get(id)
      if (input?.period === each.period) return []
      // Its own fault, or that of the one that it follows from and that has changed its period.
      const at = index ?? indexes.get(id)
      if (at === undefined) return []
      const remedy = '同一周期的指标才能相算。 Only indicators of the same period can be reckoned with.'
      return [
        input
          ? faultAt(
              at,
              each,
              `with.${name}`,
              `${id} is of each ${input.period}, not of each ${each.period}`,
              remedy,
            )
          : faultAt(
              at,
              each,
              `with.${name}`,
              `there is no indicator ${id}`,
              '先导入它，或一并导入。 Put it first, or with them.',
            ),
      ]
    })
  })
  return [...repeated, ...wrong]
}

function faultAt(index: number, value: unknown, field: string, message: string, remedy: string): Fault {
  const id: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, 'id') : undefined
  const name = typeof id === 'string' ? id : `[${index}]`
  return { index, field, message: `${name}: ${field} ${message}`, remedy }
}

/** All that its values depend on. */
function measuredBy(indicator: Indicator | undefined): object | undefined {
  if (!indicator) return undefined
  const { period } = indicator
  if ('with' in indicator) return { period, expression: indicator.expression, with: indicator.with }
  const { of, device, area, needs } = indicator
  return { period, of, device, area, needs }
}

const WRITE = `
  INSERT INTO indicator (id, period, document, author)
  SELECT document->>'id', document->>'period', document, $2 FROM unnest($1::json[]) AS document
  ON CONFLICT (id) DO UPDATE
     SET period = excluded.period, document = excluded.document, author = excluded.author, changed_at = now()`
