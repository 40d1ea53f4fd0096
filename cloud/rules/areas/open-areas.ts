import type { ClientBase } from 'pg'

/** Versions of rules over areas by which alarms are open that they judge until they end: `rule.version`. */
export async function versionsWithOpenAreas(tx: ClientBase): Promise<ReadonlySet<string>> {
  const { rows } = await tx.query<{ version: string }>(
    `SELECT DISTINCT a.rule || '.' || a.version AS version FROM alarm a JOIN rule r ON r.id = a.rule
     WHERE a.area IS NOT NULL AND a.closed_at IS NULL AND r.alarms = 'keep'`,
  )
  return new Set(rows.map(({ version }) => version))
}
