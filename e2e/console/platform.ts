import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort } from '@ganzhi/deploy/stack/free-port'
import { startNats } from '@ganzhi/deploy/stack/nats'
import { startPostgres } from '@ganzhi/deploy/stack/postgres'
import { builtConsole } from '@ganzhi/deploy/supervisor/console-build'
import { openLog } from '@ganzhi/deploy/supervisor/log-file'
import { startNodeChild } from '@ganzhi/deploy/supervisor/node-child'

const CLOUD = fileURLToPath(new URL('../../cloud/main.ts', import.meta.url))

export interface Platform extends AsyncDisposable {
  readonly url: string
  readonly natsUrl: string
  readonly login: { readonly name: string; readonly password: string }
}

/** The cloud as a process of its own, on a real PostgreSQL and a real nats-server, with the built console. */
export async function startPlatform(): Promise<Platform> {
  await using begun = new AsyncDisposableStack()
  const dir = await mkdtemp(join(tmpdir(), 'ganzhi-console-'))
  begun.defer(() => rm(dir, { recursive: true, force: true }))
  const [postgres, nats, consoleDir] = await Promise.all([
    startPostgres({ dataDir: join(dir, 'postgres'), port: await freePort() }),
    startNats({ storeDir: join(dir, 'nats'), port: await freePort() }),
    builtConsole(new AbortController().signal),
  ])
  begun.use(postgres)
  begun.use(nats)
  const cloud = await startNodeChild({
    name: 'cloud',
    command: [CLOUD],
    env: {
      ...process.env,
      DATABASE_URL: postgres.url,
      NATS_URL: nats.url,
      GANZHI_HTTP: `127.0.0.1:${await freePort()}`,
      GANZHI_EVIDENCE: join(dir, 'evidence'),
      GANZHI_CONSOLE: consoleDir,
      GANZHI_STREAM_TELEMETRY_BYTES: String(64 * 1024 ** 2),
      GANZHI_STREAM_EVIDENCE_BYTES: String(64 * 1024 ** 2),
      GANZHI_STREAM_EVENTS_BYTES: String(64 * 1024 ** 2),
    },
    log: openLog(join(dir, 'cloud.log')),
  })
  begun.defer(() => cloud.stop(5_000))
  const { url, login } = cloud.ready as unknown as Pick<Platform, 'url' | 'login'>
  const owned = begun.move()
  return { url, login, natsUrl: nats.url, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}
