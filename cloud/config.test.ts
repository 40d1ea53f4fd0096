import { expect, it } from 'vitest'
import { describeEnvironment, readEnvironment } from './config.ts'

const NEEDED = {
  DATABASE_URL: 'postgres://u:p@localhost:5432/city',
  NATS_URL: 'nats://localhost:4222',
  GANZHI_EVIDENCE: '/var/lib/ganzhi',
}

it('what is not set has its default, and what is empty is not set', () => {
  const config = readEnvironment({ ...NEEDED, GANZHI_HTTP: '', GANZHI_ACK_PENDING: '100' })
  expect(config).toMatchObject({ GANZHI_HTTP: '127.0.0.1:7600', GANZHI_ACK_PENDING: 100 })
  expect(config.GANZHI_CONSOLE).toBeUndefined()
})

it.each([
  ['DATABASE_URL', undefined],
  ['NATS_URL', 'localhost'],
  ['GANZHI_HTTP', '7600'],
  ['GANZHI_ACK_PENDING', 'many'],
  ['GANZHI_ACK_PENDING', '1'],
  ['GANZHI_LOG_LEVEL', 'loud'],
])('%s=%s is refused by its name', (name, value) => {
  const read = () => readEnvironment({ ...NEEDED, [name]: value })
  expect(read).toThrow(name)
  expect(read).toThrow(expect.objectContaining({ blame: 'caller', field: name }))
})

it('help has a line for each variable', () => {
  for (const name of Object.keys(NEEDED))
    expect(describeEnvironment()).toMatch(new RegExp(`^  ${name} +\\S`, 'm'))
})
