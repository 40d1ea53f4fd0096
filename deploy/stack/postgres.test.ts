import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'

import { freePort } from './free-port.ts'
import { startPostgres } from './postgres.ts'
import { StackError } from './stack-error.ts'

let home: string
let dataDir: string
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'ganzhi-postgres-'))
  dataDir = join(home, 'data')
})
afterAll(() => rm(home, { recursive: true, force: true }))

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(sql)).rows
  } finally {
    await client.end()
  }
}

/** A zombie is dead, though nobody may have taken note: the first process of a container often doesn't. */
function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}

describe('a data directory', () => {
  test('is made when absent, in UTF-8, with checksums, and for those who know the password', async () => {
    await using server = await startPostgres({
      dataDir,
      port: await freePort(),
      settings: { work_mem: '5MB' },
    })
    const [row] = await query(
      server.url,
      `select current_setting('server_version_num')::int / 10000 as version, current_setting('data_checksums') as sums,
              current_setting('server_encoding') as encoding, current_setting('work_mem') as work_mem`,
    )
    expect(row).toEqual({ version: 18, sums: 'on', encoding: 'UTF8', work_mem: '5MB' })
    await query(server.url, 'create table kept as select 42 as answer')

    const stranger = new URL(server.url)
    stranger.password = 'guessed'
    await expect(query(stranger.href, 'select 1')).rejects.toThrow(/password authentication failed/)
  })

  test('keeps its rows over a stop, with nothing left running', async () => {
    const server = await startPostgres({ dataDir, port: await freePort() })
    expect(await query(server.url, 'select answer from kept')).toEqual([{ answer: 42 }])
    await server.stop()
    expect(isAlive(server.pid)).toBe(false)
    expect(await readdir(dataDir)).not.toContain('postmaster.pid')
  })

  test('is started again after kill -9 of the server, and after one of its owner', async () => {
    const killed = await startPostgres({ dataDir, port: await freePort() })
    process.kill(killed.pid, 'SIGKILL')
    await killed.exited

    const owner = spawn(
      process.execPath,
      ['--input-type=module', '-e', ownerScript(dataDir, await freePort())],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    )
    const [pid] = (await once(owner.stdout, 'data')).map((data) => Number(String(data)))
    owner.kill('SIGKILL')
    await vi.waitFor(() => expect(isAlive(pid ?? 0)).toBe(false), { timeout: 10_000 })

    await using again = await startPostgres({ dataDir, port: await freePort() })
    expect(await query(again.url, 'select answer from kept')).toEqual([{ answer: 42 }])
  })

  test('is not started a second time while somebody serves it, who is not disturbed', async () => {
    await using first = await startPostgres({ dataDir, port: await freePort() })
    const second = startPostgres({ dataDir, port: await freePort(), signal: AbortSignal.timeout(500) })
    await expect(second).rejects.toThrow(/timeout|abort/i)
    expect(await readFile(join(dataDir, 'postmaster.pid'), 'utf8')).toMatch(new RegExp(`^${first.pid}\n`))
    expect(await query(first.url, 'select answer from kept')).toEqual([{ answer: 42 }])
  })

  test('is started although its stale postmaster.pid names a living process of somebody else', async () => {
    await writeFile(join(dataDir, 'postmaster.pid'), `${process.ppid}\n${dataDir}\n1\n5432\n\n\n\nready\n`)
    await using server = await startPostgres({ dataDir, port: await freePort() })
    expect(await readFile(join(dataDir, 'postmaster.pid'), 'utf8')).toMatch(new RegExp(`^${server.pid}\n`))
  })
})

describe('a start that fails says what to do', () => {
  test('when the port is taken', async () => {
    const port = await freePort()
    const other = createServer().listen(port, '127.0.0.1')
    await once(other, 'listening')
    await expect(startPostgres({ dataDir, port })).rejects.toThrow(`Port ${port} is taken`)
    other.close()
  })

  test('when the directory holds something else, which it leaves alone', async () => {
    const foreign = await mkdtemp(join(home, 'foreign-'))
    await writeFile(join(foreign, 'holiday.jpg'), '')
    const start = startPostgres({ dataDir: foreign, port: await freePort() })
    await expect(start).rejects.toThrow(StackError)
    await expect(start).rejects.toThrow(/not a data directory of ours .* npm run reset/)
    expect(await readdir(foreign)).toEqual(['holiday.jpg'])
  })

  test('when its files are damaged', async () => {
    const damaged = join(home, 'damaged')
    await (await startPostgres({ dataDir: damaged, port: await freePort() })).stop()
    await rm(join(damaged, 'global', 'pg_control'))
    await expect(startPostgres({ dataDir: damaged, port: await freePort() })).rejects.toThrow(
      /PostgreSQL does not start on .*damaged \(.*pg_control.*\): .*npm run reset/,
    )
  })

  test('when it is given up, leaving nothing behind', async () => {
    const early = join(home, 'early')
    const start = startPostgres({ dataDir: early, port: await freePort(), signal: AbortSignal.timeout(100) })
    await expect(start).rejects.toThrow(/timeout|abort/i)
    expect((await readdir(home)).filter((name) => name.startsWith('early'))).toEqual([])
  })
})

function ownerScript(directory: string, port: number): string {
  return `
    import { startPostgres } from ${JSON.stringify(new URL('postgres.ts', import.meta.url).href)}
    const server = await startPostgres({ dataDir: ${JSON.stringify(directory)}, port: ${port} })
    process.stdout.write(String(server.pid))
    setInterval(() => {}, 1000)`
}
