import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '@ganzhi/deploy/stack/free-port'
import { type Nats, startNats } from '@ganzhi/deploy/stack/nats'
import { startPostgres } from '@ganzhi/deploy/stack/postgres'
import pg from 'pg'

/** Servers and a folder of one run; everything goes when it is disposed of. */
export interface Lab extends AsyncDisposable {
  readonly dir: string
  readonly databaseUrl: string
  readonly natsUrl: string
  stopNats(): Promise<void>
  startNats(): Promise<void>
}

/** Settings of both the figure and the yardstick: one server serves the two. */
const POSTGRES_SETTINGS = { shared_buffers: '512MB', max_wal_size: '4GB', checkpoint_timeout: '15min' }

export async function openLab({
  timescale,
  nats = true,
}: {
  timescale: boolean
  nats?: boolean
}): Promise<Lab> {
  await using stack = new AsyncDisposableStack()
  const { dir } = stack.use(await scratchFolder())
  const databaseUrl = timescale ? await freshDatabase(stack) : await embedded(stack, join(dir, 'pg'))
  const port = await freePort()
  let server: Nats | undefined
  const lab = {
    dir,
    databaseUrl,
    natsUrl: `nats://127.0.0.1:${port}`,
    async startNats() {
      server ??= await startNats({ storeDir: join(dir, 'nats'), port })
    },
    async stopNats() {
      await server?.stop()
      server = undefined
    },
  }
  stack.defer(() => lab.stopNats())
  if (nats) await lab.startNats()
  const owned = stack.move()
  return { ...lab, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

export async function scratchFolder(): Promise<AsyncDisposable & { readonly dir: string }> {
  const dir = await mkdtemp(join(tmpdir(), 'ganzhi-bench-'))
  return { dir, [Symbol.asyncDispose]: () => rm(dir, { recursive: true, force: true }) }
}

async function embedded(stack: AsyncDisposableStack, dataDir: string): Promise<string> {
  const server = stack.use(
    await startPostgres({ dataDir, port: await freePort(), settings: POSTGRES_SETTINGS }),
  )
  return server.url
}

async function freshDatabase(stack: AsyncDisposableStack): Promise<string> {
  const admin = process.env['TIMESCALE_URL']
  if (admin === undefined) throw new Error('--timescale needs TIMESCALE_URL=postgres://… of a superuser')
  const name = `ganzhi_bench_${process.pid}`
  await run(admin, `CREATE DATABASE ${name}`)
  stack.defer(() => run(admin, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`))
  const url = new URL(admin)
  url.pathname = `/${name}`
  return url.href
}

async function run(url: string, sql: string): Promise<void> {
  const client = new pg.Client(url)
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}
