import type { Pool } from 'pg'

/** First version whose columnstore takes late rows as fast as we need. */
const OLDEST = [2, 20] as const

export interface TimescaleOffer {
  readonly version: string
  /** Else it can be created: it is loaded, and new enough. */
  readonly installed: boolean
}

/** TimescaleDB as this database can use it: loaded, of a version that serves, and with the columnstore (community licence). */
export async function offeredTimescale(pool: Pool): Promise<TimescaleOffer | undefined> {
  const { rows } = await pool.query<{ version: string; installed: boolean }>(
    `SELECT coalesce(installed_version, default_version) AS version, installed_version IS NOT NULL AS installed
       FROM pg_available_extensions
      WHERE name = 'timescaledb'
        AND current_setting('timescaledb.license', true) IS DISTINCT FROM 'apache'
        AND (installed_version IS NOT NULL OR current_setting('shared_preload_libraries', true) ~ '\\mtimescaledb\\M')`,
  )
  const [offer] = rows
  return offer && servesAt(offer.version) ? offer : undefined
}

export function servesAt(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map((part) => Number.parseInt(part, 10))
  return major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])
}
