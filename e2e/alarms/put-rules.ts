import type pg from 'pg'

export interface RuleDocument {
  readonly id: string
  readonly [field: string]: unknown
}

/** Switches all of them on, as the API would, and in one moment: what comes between the beginnings of two would be for one of them only. */
export async function putRules(database: pg.ClientBase, documents: readonly RuleDocument[]): Promise<void> {
  await database.query('BEGIN')
  for (const document of documents) {
    const { id } = document
    await database.query(
      `INSERT INTO rule_version (rule, version, document, author) VALUES ($1, 1, $2, 'lab')`,
      [id, JSON.stringify({ ...document, version: 1 })],
    )
    await database.query(`INSERT INTO rule (id, version, enabled, alarms) VALUES ($1, 1, true, 'keep')`, [id])
  }
  await database.query('UPDATE rule_revision SET revision = revision + 1')
  await database.query('COMMIT')
}
