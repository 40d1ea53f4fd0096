import { type IncomingMessage, createServer, get } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { LatestView } from '@ganzhi/contracts/api-views'
import { freePort } from '@ganzhi/deploy/stack/free-port'
import { startPostgres } from '@ganzhi/deploy/stack/postgres'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { type ApiUnderTest, openApiUnderTest } from './api-under-test.ts'
import { type EventStream, openEventStream } from './event-stream.ts'
import { openLiveFeed } from './live-feed.ts'

const startServer = async (dataDir: string) => startPostgres({ dataDir, port: await freePort() })

const value = (series: number, n: number): LatestView => ({
  series,
  at: new Date(n).toISOString(),
  value: n,
  quality: 'good',
})

/** A machine that is busy with something else is slow, not wrong. */
const PATIENT = { timeout: 20_000, interval: 10 }

describe('the live feed', () => {
  const log = pino({ level: 'silent' })

  test('hands everything known at first, then what changed, to each what he asked for', async () => {
    let current = [value(1, 1), value(2, 1)]
    using feed = openLiveFeed({ latest: () => Promise.resolve(current), everyMs: 1, maxReaders: 9, log })
    const [one, both]: [LatestView[], LatestView[]] = [[], []]
    feed.join({ ids: new Set([1]), receive: (changes) => one.push(...changes) })
    feed.join({ ids: new Set([1, 2]), receive: (changes) => both.push(...changes) })
    await vi.waitFor(() => expect(both).toHaveLength(2), PATIENT)

    current = [value(1, 1), value(2, 2)]
    await vi.waitFor(() => expect(both).toHaveLength(3), PATIENT)

    expect(both).toEqual([value(1, 1), value(2, 1), value(2, 2)])
    expect(one).toEqual([value(1, 1)])
  })

  test('asks only while somebody reads, and once for all of them', async () => {
    const asked: (readonly number[])[] = []
    const latest = (ids: readonly number[]) => {
      asked.push(ids)
      return Promise.resolve([])
    }
    using feed = openLiveFeed({ latest, everyMs: 1, maxReaders: 9, log })
    const leave = [1, 2, 3].map((id) => feed.join({ ids: new Set([id, 7]), receive: () => {} }))
    await vi.waitFor(() => expect(asked.length).toBeGreaterThan(3), PATIENT)
    expect(asked[0]?.toSorted()).toEqual([1, 2, 3, 7])

    for (const one of leave) one()
    expect(feed.readers).toBe(0)
    const after = asked.length
    feed.join({ ids: new Set([4]), receive: () => {} })
    await vi.waitFor(() => expect(asked.at(-1)).toEqual([4]), PATIENT)
    // One more may have been under way.
    expect(asked.slice(after).filter((ids) => ids.length === 0).length).toBeLessThanOrEqual(1)
  })

  test('goes on after the database was away', async () => {
    let away = true
    const latest = () => (away ? Promise.reject(new Error('away')) : Promise.resolve([value(1, 1)]))
    using feed = openLiveFeed({ latest, everyMs: 1, maxReaders: 9, log })
    const received = vi.fn<(changes: readonly LatestView[]) => void>()
    feed.join({ ids: new Set([1]), receive: received })
    away = false
    await vi.waitFor(() => expect(received).toHaveBeenCalledOnce(), PATIENT)
  })

  test('has room for so many readers and no more', () => {
    using feed = openLiveFeed({ latest: () => Promise.resolve([]), everyMs: 1, maxReaders: 1, log })
    feed.join({ ids: new Set([1]), receive: () => {} })
    expect(() => feed.join({ ids: new Set([1]), receive: () => {} })).toThrow(
      expect.objectContaining({ code: 'too-many-live', retryable: true }),
    )
  })
})

test('a client that does not read keeps one value a series waiting, and gets the last one', async () => {
  const opened = Promise.withResolvers<EventStream<LatestView>>()
  const closed = Promise.withResolvers<void>()
  const server = createServer((_request, response) => {
    opened.resolve(
      openEventStream<LatestView>(response, 'latest', {
        mayGoOn: () => Promise.resolve(true),
        onClose: closed.resolve,
      }),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const request = get({ port, host: '127.0.0.1' })
  const response = await new Promise<IncomingMessage>((resolve) => request.on('response', resolve))
  response.pause()

  const stream = await opened.promise
  const text = 'x'.repeat(1000)
  let n = 0
  while (stream.waiting < 10) {
    n += 1
    const batch = Array.from({ length: 10 }, (_, series) => ({ ...value(series, n), value: `${n} ${text}` }))
    stream.put(batch, ({ series }) => series)
  }
  for (let more = 0; more < 500; more++)
    stream.put([{ ...value(1, n), value: 'the last' }], ({ series }) => series)
  expect(stream.waiting).toBe(10)

  let received = ''
  response.on('data', (chunk: Buffer) => (received += chunk.toString()))
  response.resume()
  await vi.waitFor(() => expect(received).toContain('the last'), PATIENT)
  expect(received.split('the last')).toHaveLength(2)

  request.destroy()
  await closed.promise
  server.close()
})

describe('over the API', () => {
  let on: ApiUnderTest
  beforeAll(async () => {
    on = await openApiUnderTest(startServer)
  })
  afterAll(() => on?.[Symbol.asyncDispose]())

  test('a value that is written comes to who watches it', async () => {
    const temp = await on.point('gw', 'meter', 'temp', 'float')
    const other = await on.point('gw', 'meter', 'other', 'float')
    const now = Date.now()
    await on.write([[temp, now - 1000, 1]])
    const leave = new AbortController()
    const response = await fetch(`${on.url}/api/v1/live?series=${temp.id}`, {
      headers: { cookie: on.cookie },
      signal: leave.signal,
    })
    expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/)
    let received = ''
    const reading = (async () => {
      for await (const chunk of response.body ?? []) received += Buffer.from(chunk as Uint8Array).toString()
    })()
    const values = () =>
      [...received.matchAll(/^event: latest\ndata: (.*)$/gm)]
        .flatMap(([, data]) => JSON.parse(data ?? '[]') as LatestView[])
        .map(({ series, value }) => [series, value])

    await vi.waitFor(() => expect(values()).toEqual([[temp.id, 1]]), PATIENT)
    await on.write([
      [temp, now, 2],
      [other, now, 3],
    ])
    await vi.waitFor(
      () =>
        expect(values()).toEqual([
          [temp.id, 1],
          [temp.id, 2],
        ]),
      PATIENT,
    )
    leave.abort()
    await expect(reading).rejects.toThrow('aborted')
  })

  test('the API ends although a page still reads', async () => {
    const other = await openApiUnderTest(startServer)
    const point = await other.point('gw', 'meter', 'temp', 'float')
    const response = await fetch(`${other.url}/api/v1/live?series=${point.id}`, {
      headers: { cookie: other.cookie },
    })
    expect(response.status).toBe(200)
    await other[Symbol.asyncDispose]()
    await expect(response.text()).rejects.toThrow('terminated')
  })
})
