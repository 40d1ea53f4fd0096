import type { Socket } from 'node:net'
import { Client, Pool, type PoolClient } from 'pg'
import type { Logger } from 'pino'

export interface PoolOptions {
  readonly url: string
  /** What `pg_stat_activity` shows, after "ganzhi-". */
  readonly role: string
  readonly maxConnections?: number
  /** A query of a person must not run for ever; work in bulk sets none. */
  readonly statementTimeoutMs?: number
  /** A connection in use that neither takes nor gives a byte for so long is dead, whatever TCP says. */
  readonly silenceMs?: number
  readonly log: Logger
}

const LOCK_TIMEOUT_MS = 5_000
const CONNECT_TIMEOUT_MS = 10_000

export function openPool(options: PoolOptions): Pool {
  const { url, role, maxConnections, statementTimeoutMs, silenceMs, log } = options
  const pool = new Pool({
    connectionString: url,
    application_name: `ganzhi-${role}`,
    max: maxConnections ?? 10,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    lock_timeout: LOCK_TIMEOUT_MS,
    keepAlive: true,
    ...(statementTimeoutMs !== undefined && { statement_timeout: statementTimeoutMs }),
  })
  // An idle connection that the server ends would otherwise end this process.
  pool.on('error', (error) => log.info({ err: error }, 'an idle database connection was lost'))
  // Idle ones are closed by the pool long before this.
  if (silenceMs !== undefined) pool.on('connect', (client) => endWhenSilent(client, silenceMs))
  return pool
}

/** A firewall that forgets a connection leaves it open at both ends: what is asked on it would wait for ever. */
function endWhenSilent(client: PoolClient, silenceMs: number): void {
  const { stream } = (client as PoolClient & { connection: { stream: Socket } }).connection
  stream.setTimeout(silenceMs, () => stream.destroy(new Error(`the database was silent for ${silenceMs} ms`)))
}

export interface TransactionOptions {
  readonly isolation?: 'read committed' | 'repeatable read'
  /** Cancels the statement that runs on the server, and rolls back. */
  readonly signal?: AbortSignal
}

export async function inTransaction<T>(
  pool: Pool,
  work: (tx: PoolClient) => Promise<T>,
  { isolation = 'read committed', signal }: TransactionOptions = {},
): Promise<T> {
  return withClient(pool, async (client) => transactionOn(client, () => work(client), isolation), signal)
}

/** The same on a client that is held already. */
export async function transactionOn<T>(
  client: PoolClient,
  work: () => Promise<T>,
  isolation: NonNullable<TransactionOptions['isolation']> = 'read committed',
): Promise<T> {
  await client.query(`BEGIN ISOLATION LEVEL ${isolation}`)
  try {
    const result = await work()
    await client.query('COMMIT')
    return result
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined)
    throw error
  }
}

/** Lends a client; when `signal` aborts, what it runs is cancelled and the reason thrown. */
export async function withClient<T>(
  pool: Pool,
  work: (client: PoolClient) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  await using loan = await lendClient(pool, signal)
  try {
    return await work(loan.client)
  } catch (error) {
    signal?.throwIfAborted()
    throw error
  }
}

export interface ClientLoan extends AsyncDisposable {
  readonly client: PoolClient
}

export async function lendClient(pool: Pool, signal?: AbortSignal): Promise<ClientLoan> {
  signal?.throwIfAborted()
  const client = await pool.connect()
  let broken: Error | undefined
  let cancelling: Promise<unknown> | undefined
  const onError = (error: Error) => {
    broken = error
  }
  const cancel = () => {
    cancelling = cancelBackend(pool, (client as PoolClient & { processID: number | null }).processID)
  }
  client.on('error', onError)
  signal?.addEventListener('abort', cancel, { once: true })
  return {
    client,
    async [Symbol.asyncDispose]() {
      signal?.removeEventListener('abort', cancel)
      // The cancellation must have arrived before anyone else runs something on this backend.
      await cancelling
      client.off('error', onError)
      client.release(broken)
    },
  }
}

/** On a connection of its own: the pool may be exhausted by what is to be cancelled. */
async function cancelBackend(pool: Pool, processId: number | null): Promise<void> {
  const client = new Client(pool.options)
  client.on('error', () => undefined)
  try {
    await client.connect()
    await client.query('SELECT pg_cancel_backend($1)', [processId])
  } catch {
    // Then the server is gone, and what ran on it as well.
  } finally {
    await client.end().catch(() => undefined)
  }
}
