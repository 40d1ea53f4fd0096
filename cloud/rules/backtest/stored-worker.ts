import { parentPort, workerData } from 'node:worker_threads'
import { type GanzhiError, isGanzhiError } from '@ganzhi/contracts/error'
import { pino } from 'pino'
import { openPool, withClient } from '../../database/pool.ts'
import { compileRule } from '../engine/compile-rule.ts'
import { chinaSurroundings } from '../schedule/surroundings.ts'
import { type Backtest, Trial } from './trial.ts'
import { type StoredTask, tryStored } from './try-stored.ts'

export interface WorkerTask extends StoredTask {
  readonly url: string
  readonly mostTransitions: number
}

export type WorkerMessage =
  | { readonly kind: 'progress'; readonly share: number; readonly inputs: number }
  | { readonly kind: 'done'; readonly results: readonly Backtest[] }
  | { readonly kind: 'refused'; readonly error: ToldError }

type ToldError = Pick<GanzhiError, 'message' | 'code' | 'blame' | 'field' | 'remedy'>

const STATEMENT_TIMEOUT_MS = 120_000

async function work(task: WorkerTask, tell: (message: WorkerMessage) => void, signal: AbortSignal) {
  const { url, rules, mostTransitions } = task
  const surroundings = await chinaSurroundings()
  const trials = rules.map((rule) => new Trial(compileRule(rule, surroundings), mostTransitions))
  const pool = openPool({
    url,
    role: 'backtest',
    maxConnections: 1,
    statementTimeoutMs: STATEMENT_TIMEOUT_MS,
    log: pino({ level: 'silent' }),
  })
  try {
    await withClient(
      pool,
      async (client) => {
        // A block is put together in memory; to compile such queries takes longer than they do. One worker, one core of the database.
        await client.query(`SET work_mem = '128MB'; SET jit = off; SET max_parallel_workers_per_gather = 0`)
        const onProgress = (share: number) =>
          tell({ kind: 'progress', share, inputs: trials[0]?.inputs ?? 0 })
        await tryStored(client, trials, task, { signal, onProgress })
      },
      signal,
    )
  } finally {
    await pool.end()
  }
  tell({ kind: 'done', results: trials.map((trial) => trial.result()) })
}

const port = parentPort
if (!port) throw new Error('this is the entry of a worker')
const stopping = new AbortController()
port.once('message', () => stopping.abort())
try {
  await work(workerData as WorkerTask, (message) => port.postMessage(message), stopping.signal)
} catch (error) {
  if (stopping.signal.aborted) {
    // Nobody wants to know any more.
  } else if (isGanzhiError(error)) {
    const { message, code, blame, field, remedy } = error
    port.postMessage({
      kind: 'refused',
      error: { message, code, blame, field, remedy },
    } satisfies WorkerMessage)
  } else throw error
} finally {
  port.close()
}
