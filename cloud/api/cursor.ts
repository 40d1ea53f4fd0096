import { GanzhiError } from '@ganzhi/contracts/error'
import { Cursor } from '@ganzhi/contracts/api-views'
import Type, { type Static, type TSchema } from 'typebox'
import { Check } from 'typebox/value'

/** Pages go by the key of their last row, not by a count: page 1,000 costs what page 1 does. */
export const PageQuery = {
  after: Type.Optional(Cursor),
  limit: Type.Integer({ minimum: 1, maximum: 500, default: 100 }),
}

export function readCursor<T extends TSchema>(schema: T, after: string | undefined): Static<T> | undefined {
  if (after === undefined) return undefined
  try {
    const key: unknown = JSON.parse(Buffer.from(after, 'base64url').toString())
    if (Check(schema, key)) return key
  } catch {
    // Falls through: what is no JSON is no cursor.
  }
  throw new GanzhiError('after is not the `next` of a page', {
    code: 'bad-input',
    blame: 'caller',
    field: 'after',
    remedy: 'Send `next` as it was received, or leave `after` out to begin at the first page.',
  })
}

/** `rows` were asked for with one more than `limit`, to know whether there is another page. */
export function pageOf<Row, Item>(
  rows: readonly Row[],
  limit: number,
  keyOf: (row: Row) => unknown,
  show: (row: Row) => Item,
): { items: Item[]; next: string | null } {
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  const more = rows.length > limit && last !== undefined
  return {
    items: shown.map(show),
    next: more ? Buffer.from(JSON.stringify(keyOf(last))).toString('base64url') : null,
  }
}
