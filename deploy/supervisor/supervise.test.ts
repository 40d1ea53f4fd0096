import { expect, test, vi } from 'vitest'

import { StackError } from '../stack/stack-error.ts'
import type { Exit } from '../stack/tied-process.ts'
import { type Running, supervise } from './supervise.ts'

/** A service whose processes are ended by the test, under a clock that only the service's waiting moves. */
function staged(failures: unknown[] = []) {
  let now = 0
  const slept: number[] = []
  const exits: ((exit: Exit) => void)[] = []
  const stopped: number[] = []
  const abort = new AbortController()
  const service = {
    name: 'pump',
    logFile: 'pump.log',
    describe: ({ code }: Exit) => `code ${code}`,
    async start(): Promise<Running> {
      const failure = failures.shift()
      if (failure !== undefined) throw failure
      const { promise, resolve } = Promise.withResolvers<Exit>()
      const pid = exits.push(resolve)
      return {
        pid,
        exited: promise,
        async stop() {
          stopped.push(pid)
          resolve({ code: 0, signal: null })
        },
      }
    },
  }
  return {
    slept,
    stopped,
    abort,
    pass: (ms: number) => (now += ms),
    die: () => exits.at(-1)?.({ code: 1, signal: null }),
    run: () =>
      supervise(service, {
        signal: abort.signal,
        onRestart: () => {},
        clock: {
          now: () => now,
          async sleep(ms, signal) {
            signal.throwIfAborted()
            slept.push(ms)
            now += ms
          },
        },
      }),
  }
}

test('a service that dies is started again, later each time, and given up at the fourth death in a minute', async () => {
  const stage = staged()
  const pump = await stage.run()
  for (const restarts of [1, 2, 3]) {
    stage.die()
    await vi.waitFor(() => expect(pump.current().pid).toBe(1 + restarts))
  }
  expect(stage.slept).toEqual([250, 500, 1000])
  stage.die()
  const reason = await pump.failed
  expect(reason.message).toBe('pump ended 4 times within a minute (code 1), see pump.log')
})

test('a service that dies once in a while is started again for ever, without delay growing', async () => {
  const stage = staged()
  const pump = await stage.run()
  for (let death = 1; death <= 10; death++) {
    stage.die()
    await vi.waitFor(() => expect(pump.current().pid).toBe(1 + death))
    stage.pass(60_000)
  }
  expect(new Set(stage.slept)).toEqual(new Set([250]))
})

test('a start that fails counts like a death', async () => {
  const stage = staged([new Error('no'), new Error('not yet')])
  expect((await stage.run()).current().pid).toBe(1)
  expect(stage.slept).toEqual([250, 500])
})

test('a start that fails for a reason a person must see to is not tried again', async () => {
  const stage = staged([new StackError({ en: 'The disk is full', zh: '' })])
  await expect(stage.run()).rejects.toThrow('The disk is full')
  expect(stage.slept).toEqual([])
})

test('a service that is stopped stays stopped', async () => {
  const stage = staged()
  const pump = await stage.run()
  await pump.stop(1_000)
  expect(new Set(stage.stopped)).toEqual(new Set([1]))
  expect(stage.slept).toEqual([])
})
