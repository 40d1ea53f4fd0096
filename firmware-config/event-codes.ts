import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { CloudEvent } from '@ganzhi/contracts/cloud-event'
import { check } from '@ganzhi/contracts/schema'
import Type, { type Static } from 'typebox'
import { parse } from 'yaml'

const closed = { additionalProperties: false } as const
const Names = Type.Object({ zh: Type.String({ minLength: 1 }), en: Type.String({ minLength: 1 }) }, closed)

/** What departments call the things that happen: one table a standard, and one of our own. */
const EventCodeTable = Type.Object(
  {
    id: Type.String({ pattern: '^[a-z0-9][a-z0-9-]*$' }),
    version: Type.String({ minLength: 1 }),
    names: Names,
    /** Whether somebody has compared it with the standard's own text. */
    verified: Type.Boolean(),
    codes: Type.Array(Type.Object({ event: Type.String(), code: Type.String(), names: Names }, closed)),
  },
  closed,
)
export type EventCodeTable = Static<typeof EventCodeTable>

const FOLDER = join(import.meta.dirname, 'event-codes')

export async function loadEventCodes(folder = FOLDER): Promise<readonly EventCodeTable[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.yaml')).sort()
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')))
  return texts.map((text, i) => check(EventCodeTable, parse(text), files[i] ?? folder))
}

/** An event's code in every table that has one. */
export function codesOf(tables: readonly EventCodeTable[], event: string): NonNullable<CloudEvent['codes']> {
  return tables.flatMap(({ id, version, codes }) =>
    codes.filter((known) => known.event === event).map(({ code }) => ({ table: id, version, code })),
  )
}
