import { startPostgres } from '@ganzhi/deploy/stack/postgres'
import { execFile } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { promisify } from 'node:util'
import pg from 'pg'

import { type Part, part } from './part.ts'
import type { PartLog } from './part-log.ts'

const run = promisify(execFile)

export interface PostgresPart extends Part {
  /** Known from the first start on, and the same ever after. */
  url(): string
  /** A connection of an operator's, for as long as `use` takes. */
  withClient<Result>(use: (client: pg.Client) => Promise<Result>): Promise<Result>
  /** A backup of the whole data directory, as of now. */
  backUp(): Promise<void>
  /** Back to the backup: killed, swapped and started, while its clients believe that they are connected. */
  restore(): Promise<void>
}

/** Small, and as durable as in production. */
const SETTINGS = { shared_buffers: '64MB', max_connections: 60, log_min_messages: 'warning' }

export function postgresPart(dataDir: string, port: number, log: PartLog): PostgresPart {
  const backup = `${dataDir}.backup`
  let url = ''
  const process = part('postgres', async () => {
    const server = await startPostgres({ dataDir, port, settings: SETTINGS, onLog: log.write })
    url = server.url
    return server
  })
  const copy = async (from: string, to: string) => {
    await rm(to, { recursive: true, force: true })
    await run('cp', ['-a', '--reflink=auto', from, to])
  }
  return Object.assign(process, {
    url: () => url,
    async withClient<Result>(use: (client: pg.Client) => Promise<Result>) {
      const client = new pg.Client({ connectionString: url, application_name: 'fault-lab' })
      client.on('error', () => {})
      await client.connect()
      try {
        return await use(client)
      } finally {
        await client.end()
      }
    },
    async backUp() {
      await process.stop()
      await copy(dataDir, backup)
      await process.start()
    },
    async restore() {
      await process.kill()
      await copy(backup, dataDir)
      await process.start()
    },
  })
}
