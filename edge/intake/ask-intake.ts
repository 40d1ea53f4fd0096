import { GanzhiError } from '@ganzhi/contracts/error'
import { once } from 'node:events'
import { connect } from 'node:net'
import { jsonLines } from './json-lines.ts'

const ANSWER_BYTES = 8 * 1024 * 1024

/** One question to a running agent; undefined when none runs. */
export async function askIntake(
  path: string,
  question: Readonly<Record<string, unknown>>,
  signal: AbortSignal,
): Promise<Record<string, unknown> | undefined> {
  const socket = connect(path)
  try {
    await once(socket, 'connect', { signal })
  } catch (error) {
    socket.destroy()
    if (signal.aborted || !isNobodyThere(error)) throw error
    return undefined
  }
  signal.addEventListener('abort', () => socket.destroy(), { once: true })
  socket.end(`${JSON.stringify({ id: 1, ...question })}\n`)
  for await (const line of jsonLines(socket, ANSWER_BYTES)) return JSON.parse(line) as Record<string, unknown>
  throw new GanzhiError('the agent hung up without an answer', {
    code: 'no-answer',
    blame: 'outside',
    remedy: 'See the agent’s log.',
    retryable: true,
  })
}

function isNobodyThere(error: unknown): boolean {
  if (typeof error !== 'object' || error === null || !('code' in error)) return false
  return error.code === 'ENOENT' || error.code === 'ECONNREFUSED'
}
