import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '@ganzhi/deploy/stack/free-port'
import { startPostgres } from '@ganzhi/deploy/stack/postgres'
import { pino } from 'pino'
import { expect, it } from 'vitest'
import { inTransaction, openPool } from './pool.ts'
import { rowPages } from './row-pages.ts'

it('rows come each once, however many pages they are, and the transaction goes on', async () => {
  await using begun = new AsyncDisposableStack()
  const dir = await mkdtemp(join(tmpdir(), 'ganzhi-pages-'))
  begun.defer(() => rm(dir, { recursive: true, force: true }))
  const server = begun.use(await startPostgres({ dataDir: join(dir, 'data'), port: await freePort() }))
  const pool = openPool({ url: server.url, role: 'test', log: pino({ level: 'silent' }) })
  begun.defer(() => pool.end())
  await inTransaction(pool, async (tx) => {
    for (const n of [0, 1, 5_000, 10_000, 12_345]) {
      const text = 'SELECT i FROM generate_series(1, $1::int) i'
      const read: number[] = []
      for await (const rows of rowPages<{ i: number }>(tx, { text, values: [n] })) {
        read.push(...rows.map(({ i }) => i))
        // What is asked meanwhile has its own answer.
        expect((await tx.query('SELECT 7 AS n')).rows).toEqual([{ n: 7 }])
      }
      expect(read).toEqual(Array.from({ length: n }, (_, i) => i + 1))
    }
  })
})
