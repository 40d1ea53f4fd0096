import { AreaEntry, type AreasPut } from '@ganzhi/contracts/area'
import type { Fault } from '@ganzhi/contracts/error'
import type { ClientBase, Pool } from 'pg'
import Type from 'typebox'
import { Compile } from 'typebox/compile'
import { codeFormFault } from './area-code.ts'
import { type AreaNode, type AreaTree, nodeOf, pathOf, treeFaults } from './area-tree.ts'
import { borderFaults, boundsOf, plainBorder } from './border.ts'
import { changePlaces } from './change-places.ts'
import { formFaults } from './form-faults.ts'
import { LEVEL_NAMES } from './level-names.ts'
import { refuseFaults } from './refused-list.ts'

/** Borders are looked at by themselves: from a union nobody learns which ring is wrong. */
const Entry = Type.Object(
  { ...AreaEntry.properties, border: Type.Optional(Type.Unknown()) },
  { additionalProperties: false },
)
const entryForm = Compile(Entry)

/** Creates areas, or makes them as they are said to be: all of them, or none where anything is wrong. */
export async function putAreas(
  pool: Pool,
  entries: readonly unknown[],
  { dryRun }: { readonly dryRun: boolean },
): Promise<AreasPut> {
  refuseFaults(entries.flatMap(entryFaults))
  const put = entries as readonly AreaEntry[]
  if (!dryRun) return changePlaces(pool, async (tx, revision) => write(tx, await changeOf(tx, put), revision))
  return outcomeOf(await changeOf(pool, put))
}

function entryFaults(entry: unknown, index: number): Fault[] {
  if (!entryForm.Check(entry)) return formFaults(Entry, entry, index)
  const { code, level, border } = entry
  const form = typeof code === 'string' ? codeFormFault(level, code) : undefined
  return [
    ...(form === undefined
      ? []
      : [
          {
            index,
            field: 'code',
            message: `${code} 不是代码 is no code of ${LEVEL_NAMES[level]}`,
            remedy: form,
          },
        ]),
    ...(border === undefined || border === null
      ? []
      : borderFaults(border).map((fault) => ({ index, ...fault }))),
  ]
}

interface StoredNode extends AreaNode {
  readonly path: string
}

interface Change {
  readonly before: ReadonlyMap<string, StoredNode>
  readonly after: AreaTree
  readonly put: readonly AreaNode[]
  /** As text, null for none; only those that differ from what is stored. */
  readonly borders: readonly ChangedBorder[]
}

interface ChangedBorder {
  readonly token: string
  readonly border: string | null
  readonly bounds: string | null
}

async function changeOf(db: Pick<ClientBase, 'query'>, entries: readonly AreaEntry[]): Promise<Change> {
  const { rows } = await db.query<StoredNode>(
    `SELECT token, level, name_zh AS "nameZh", name_en AS "nameEn", code, parent, path FROM area`,
  )
  const before = new Map(rows.map((row) => [row.token, row]))
  const put = entries.map(nodeOf)
  const after = new Map<string, AreaNode>([...before, ...put.map((node) => [node.token, node] as const)])
  refuseFaults(treeFaults(after, put))
  return { before, after, put, borders: await changedBorders(db, entries) }
}

async function changedBorders(
  db: Pick<ClientBase, 'query'>,
  entries: readonly AreaEntry[],
): Promise<ChangedBorder[]> {
  const given = entries.flatMap(({ id, border }): ChangedBorder[] => {
    if (border === undefined) return []
    if (border === null) return [{ token: id, border: null, bounds: null }]
    const [west, south, east, north] = boundsOf(border)
    const bounds = `(${east},${north}),(${west},${south})`
    return [{ token: id, border: JSON.stringify(plainBorder(border)), bounds }]
  })
  const { rows } = await db.query<{ n: number }>(
    `SELECT n::int - 1 AS n FROM unnest($1::text[], $2::text[]) WITH ORDINALITY g (token, border, n)
     LEFT JOIN area a USING (token) WHERE a.border::text IS DISTINCT FROM g.border`,
    [given.map(({ token }) => token), given.map(({ border }) => border)],
  )
  return rows.map(({ n }) => given[n] as ChangedBorder)
}

function isSame(a: AreaNode, b: AreaNode): boolean {
  const { level, nameZh, nameEn, code, parent } = a
  return (
    level === b.level && nameZh === b.nameZh && nameEn === b.nameEn && code === b.code && parent === b.parent
  )
}

function outcomeOf({ before, put, borders }: Change): AreasPut {
  const bordered = new Set(borders.map(({ token }) => token))
  let [created, changed, moved] = [0, 0, 0]
  for (const node of put) {
    const old = before.get(node.token)
    if (!old) created++
    else if (!isSame(old, node) || bordered.has(node.token)) changed++
    if (old && old.parent !== node.parent) moved++
  }
  return { created, changed, moved, unchanged: put.length - created - changed }
}

async function write(tx: ClientBase, change: Change, revision: number): Promise<AreasPut> {
  const { before, after, put, borders } = change
  const nodes = put.filter((node) => {
    const old = before.get(node.token)
    return !old || !isSame(old, node)
  })
  await tx.query(PUT, [...columnsOf(nodes), nodes.map(({ token }) => pathOf(after, token)), revision])
  const paths = [...before.values()].flatMap(({ token, path }) => {
    const now = pathOf(after, token)
    return now === path ? [] : [{ token, path: now }]
  })
  await tx.query(
    `UPDATE area SET path = p.path, revision = $3
     FROM unnest($1::text[], $2::text[]) p (token, path) WHERE area.token = p.token`,
    [paths.map(({ token }) => token), paths.map(({ path }) => path), revision],
  )
  await tx.query(
    `UPDATE area SET border = b.border, bounds = b.bounds
     FROM unnest($1::text[], $2::json[], $3::text[]::box[]) b (token, border, bounds) WHERE area.token = b.token`,
    [
      borders.map(({ token }) => token),
      borders.map(({ border }) => border),
      borders.map(({ bounds }) => bounds),
    ],
  )
  return outcomeOf(change)
}

function columnsOf(nodes: readonly AreaNode[]): unknown[] {
  return [
    nodes.map(({ token }) => token),
    nodes.map(({ level }) => level),
    nodes.map(({ nameZh }) => nameZh),
    nodes.map(({ nameEn }) => nameEn),
    nodes.map(({ code }) => code),
    nodes.map(({ parent }) => parent),
  ]
}

/** The path of an area that is there already is changed after this, with those of everything below it. */
const PUT = `
  INSERT INTO area (token, level, name_zh, name_en, code, parent, path, revision)
  SELECT *, $8::int8 FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[])
  ON CONFLICT (token) DO UPDATE SET level = excluded.level, name_zh = excluded.name_zh, name_en = excluded.name_en,
    code = excluded.code, parent = excluded.parent`
