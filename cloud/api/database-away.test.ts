import type { HealthView } from '@ganzhi/contracts/api-views'
import { freePort } from '@ganzhi/deploy/stack/free-port'
import { type Postgres, startPostgres } from '@ganzhi/deploy/stack/postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ApiUnderTest, openApiUnderTest } from './api-under-test.ts'

let on: ApiUnderTest
let server: Postgres

beforeAll(async () => {
  on = await openApiUnderTest(
    async (dataDir) => (server = await startPostgres({ dataDir, port: await freePort() })),
  )
  await server.stop()
})
afterAll(() => on?.[Symbol.asyncDispose]())

test('a question that needs the database is told to come again', async () => {
  const response = await on.get('/api/v1/devices')
  expect(response.status).toBe(503)
  expect(response.headers.get('retry-after')).toBe('5')
  expect(await response.json()).toMatchObject({ code: 'database-unreachable', retryable: true })
})

test('health still answers, and blames the database alone', async () => {
  const response = await on.get('/api/v1/health')
  const { parts } = (await response.json()) as HealthView
  expect(response.status).toBe(503)
  expect(Object.fromEntries(parts.map(({ part, state }) => [part, state]))).toEqual({
    database: 'red',
    broker: 'red',
    ingest: 'amber',
    rollups: 'amber',
    gateways: 'amber',
    quarantine: 'amber',
  })
})

test('metrics still answer', async () => {
  const response = await on.get('/metrics', {})
  expect(response.status).toBe(200)
  expect(await response.text()).toMatch(/^ganzhi_gateways Nan$/im)
})
