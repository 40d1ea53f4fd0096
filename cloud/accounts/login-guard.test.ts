import { expect, test } from 'vitest'
import { loginGuard } from './login-guard.ts'

const fail = () => Promise.resolve(undefined)
const succeed = () => Promise.resolve('in')
const refused = expect.objectContaining({ code: 'too-many-logins', retryable: true })

test('a guesser is let in again after a minute', async () => {
  let now = 0
  const { guard } = loginGuard(() => now)
  for (let i = 0; i < 5; i++) await guard('admin', 'a', fail)
  await expect(guard('admin', 'a', succeed)).rejects.toEqual(refused)
  now = 59_999
  await expect(guard('admin', 'a', succeed)).rejects.toEqual(refused)
  now = 60_000
  expect(await guard('admin', 'a', succeed)).toBe('in')
})

test('logins that succeed use nothing up', async () => {
  const { guard } = loginGuard(() => 0)
  for (let i = 0; i < 200; i++) expect(await guard('admin', 'a', succeed)).toBe('in')
})

test('one address that tries many names is stopped', async () => {
  const { guard } = loginGuard(() => 0)
  for (let i = 0; i < 20; i++) await guard(`name-${i}`, 'a', fail)
  await expect(guard('admin', 'a', succeed)).rejects.toEqual(refused)
  expect(await guard('admin', 'b', succeed)).toBe('in')
})

test('many addresses that try one name are stopped', async () => {
  const { guard } = loginGuard(() => 0)
  for (let i = 0; i < 100; i++) await guard('admin', `address-${i}`, fail)
  await expect(guard('admin', 'new', succeed)).rejects.toEqual(refused)
})

test('two passwords are checked at a time, some wait, the rest are sent away', async () => {
  const { guard } = loginGuard(() => 0)
  const gate = Promise.withResolvers<string>()
  let running = 0
  let most = 0
  const attempt = async () => {
    most = Math.max(most, ++running)
    await gate.promise
    running -= 1
    return 'in'
  }
  const all = Array.from({ length: 40 }, (_, i) => guard(`name-${i}`, `address-${i}`, attempt))
  const settled = Promise.allSettled(all)
  gate.resolve('open')
  const outcomes = (await settled).map(({ status }) => status)
  expect(most).toBe(2)
  expect(outcomes.filter((status) => status === 'fulfilled')).toHaveLength(18)
})
