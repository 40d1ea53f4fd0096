import { isGanzhiError } from '@ganzhi/contracts/error'
import { sleep } from '../clock.ts'
import type { LinkContext, PointResult } from '../driver.ts'
import { type ConnectionOptions, LineConnection } from './connection.ts'
import { resultOf } from './results.ts'

const RETRY_MS = 1_000
/** A connection may be dead and show nothing: one on which nothing is said is asked something. */
const CHECK_MS = 5_000

interface Asked {
  readonly signal: AbortSignal
  readonly onResult: (index: number, result: PointResult) => void
}

/** Has its own connection, so that what is told never stands between a request and its answer. */
export async function subscribe(
  points: readonly { readonly name: string }[],
  asked: Asked,
  options: ConnectionOptions,
  context: LinkContext,
): Promise<void> {
  while (!asked.signal.aborted) {
    try {
      await watch(points, asked, options, context)
    } catch (error) {
      if (asked.signal.aborted) return
      if (!isGanzhiError(error)) throw error
      const readAt = context.clock.now()
      for (const index of points.keys()) {
        asked.onResult(index, { quality: 'bad-comm', value: null, readAt, error })
      }
      await sleep(context.clock, RETRY_MS, asked.signal).catch(() => {})
    }
  }
}

async function watch(
  points: readonly { readonly name: string }[],
  { signal, onResult }: Asked,
  options: ConnectionOptions,
  context: LinkContext,
): Promise<never> {
  const { clock } = context
  await using connection = new LineConnection(options, context, (message) => {
    if (message.kind !== 'value') return
    points.forEach(({ name }, index) => {
      if (name === message.name) onResult(index, resultOf(message, clock.now()))
    })
  })
  for (const [index, { name }] of points.entries()) {
    onResult(index, resultOf(await connection.ask(`WATCH ${name}`, signal), clock.now()))
  }
  for (;;) {
    await sleep(clock, CHECK_MS, signal)
    await connection.ask('LIST', signal)
  }
}
