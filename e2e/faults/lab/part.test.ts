import { spawnTied } from '@ganzhi/deploy/stack/tied-process'
import { expect, test, vi } from 'vitest'

import { type Part, part } from './part.ts'

/** A process that does nothing for long, or ends at once where the environment says so. */
function sleeper(launched: NodeJS.ProcessEnv[]): Part {
  return part('sleeper', async (env) => {
    launched.push(env)
    const command = env['END'] ? ['true'] : ['sleep', '60']
    const child = await spawnTied(command, { deathSignal: 'SIGKILL' })
    return { ...child, stop: () => child.stop({ signal: 'SIGTERM', withinMs: 5_000 }) }
  })
}

test('an end that nobody asked for is followed by a start without what it died of', async () => {
  const launched: NodeJS.ProcessEnv[] = []
  await using sleeping = sleeper(launched)
  await sleeping.start({ END: '1' })
  await vi.waitFor(() => expect(launched).toEqual([{ END: '1' }, {}]), 5_000)
  await vi.waitFor(() => expect(sleeping.isRunning()).toBe(true), 5_000)
  expect(sleeping.deaths).toBe(1)
})

test('what was killed stays down until it is started', async () => {
  const launched: NodeJS.ProcessEnv[] = []
  await using sleeping = sleeper(launched)
  await sleeping.start()
  const before = sleeping.pid()
  await sleeping.kill()
  expect(sleeping.isRunning()).toBe(false)
  await sleeping.start()
  expect(sleeping.isRunning()).toBe(true)
  expect(sleeping.pid()).not.toBe(before)
  expect(sleeping.deaths).toBe(0)
  expect(launched).toHaveLength(2)
})

test('what is frozen can be killed, and two starts are one', async () => {
  const launched: NodeJS.ProcessEnv[] = []
  await using sleeping = sleeper(launched)
  await Promise.all([sleeping.start(), sleeping.start()])
  expect(launched).toHaveLength(1)
  sleeping.freeze()
  expect(sleeping.isAnswering()).toBe(false)
  await sleeping.kill()
  expect(sleeping.isRunning()).toBe(false)
})
