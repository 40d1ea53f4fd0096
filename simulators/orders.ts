import { createInterface } from 'node:readline'
import type { Logger } from 'pino'

export interface Orders {
  /** Throws at a line that is no fault. */
  readonly fault: (line: string) => void
  readonly clear: () => void
  readonly truth: () => unknown
  readonly restart: (afterMs: number) => Promise<void>
}

export interface OrderContext {
  readonly stdin: NodeJS.ReadableStream
  readonly print: (text: string) => void
  readonly log: Logger
}

/** Obeys the lines of stdin until it is disposed of. */
export function obey({ stdin, print, log }: OrderContext, orders: Orders): Disposable {
  const lines = createInterface({ input: stdin })
  lines.on('line', (text) => {
    const line = text.trim()
    const [, afterMs] = /^restart(?:\s+ms=(\d+))?$/.exec(line) ?? []
    if (line === '') return
    if (line === 'clear') return orders.clear()
    if (line === 'truth') return print(`${JSON.stringify({ truth: orders.truth() })}\n`)
    if (line.startsWith('restart')) {
      return void orders
        .restart(Number(afterMs ?? 500))
        .catch((err: unknown) => log.error({ err }, 'no restart'))
    }
    try {
      orders.fault(line)
      log.info({ fault: line }, 'fault on')
    } catch (error) {
      log.warn({ err: error, line }, 'not a fault: see --help')
    }
  })
  return { [Symbol.dispose]: () => lines.close() }
}
