import { createHash } from 'node:crypto'
import type { CloudEvent } from '@ganzhi/contracts/cloud-event'
import type { IncidentStory, IncidentView } from '@ganzhi/contracts/incident-view'
import { freePort } from '@ganzhi/deploy/stack/free-port'
import { startPostgres } from '@ganzhi/deploy/stack/postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ApiUnderTest, openApiUnderTest } from '../api/api-under-test.ts'
import { insertEvents } from './event-rows.ts'

const CROWD = 'cn.ganzhi.vision.crowd-gathering'
const VENDING = 'cn.ganzhi.vision.street-vending'
const PICTURE = Buffer.from('the bytes of a picture')
const HASH = createHash('sha256').update(PICTURE).digest('hex')

let on: ApiUnderTest
const gateways = new Map<string, number>()

beforeAll(async () => {
  on = await openApiUnderTest(async (dataDir) => startPostgres({ dataDir, port: await freePort() }))
  for (const name of ['north', 'south']) {
    gateways.set(name, (await on.point(name, 'any', 'thing', 'float')).gatewayId)
  }
})
afterAll(() => on?.[Symbol.asyncDispose]())

/** A name that sorts as incidents made one after the other do. */
const incidentOf = (n: number) => `01JD${String(n).padStart(22, '0')}`

function event(n: number, phase: string, time: string, more: Partial<CloudEvent> = {}): CloudEvent {
  const incident = incidentOf(n)
  return {
    specversion: '1.0',
    id: `${incident}.${phase}.0`,
    source: 'north/gate-3',
    type: `${CROWD}.${phase}`,
    subject: 'gate-3',
    time,
    incident,
    ...more,
  }
}

async function tell(gateway: string, ...events: readonly CloudEvent[]): Promise<void> {
  const client = await on.pool.connect()
  try {
    const gatewayId = gateways.get(gateway) ?? 0
    await insertEvents(
      client,
      events.map((told) => ({ gatewayId, event: told })),
    )
  } finally {
    client.release()
  }
}

async function storeEvidence(
  state: 'pending' | 'stored',
  contentType: string,
  bytes: Buffer,
): Promise<string> {
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  const part = { object: sha256, contentType, size: bytes.length, part: 0, parts: 1, at: 0 }
  if (state === 'stored') await on.evidence.put(part, bytes)
  await on.pool.query(
    `INSERT INTO evidence (sha256, state, gateway_id, content_type, size, parts, at)
     VALUES ($1, $2, $3, $4, $5, 1, now()) ON CONFLICT (sha256) DO UPDATE SET state = excluded.state`,
    [Buffer.from(sha256, 'hex'), state, gateways.get('north'), contentType, bytes.length],
  )
  return sha256
}

async function list(query = ''): Promise<{ items: IncidentView[]; next: string | null }> {
  const response = await on.get(`/api/v1/incidents?${query}`)
  expect(response.status).toBe(200)
  return (await response.json()) as { items: IncidentView[]; next: string | null }
}

async function story(gateway: string, n: number): Promise<IncidentStory> {
  return (await (await on.get(`/api/v1/incidents/${gateway}/${incidentOf(n)}`)).json()) as IncidentStory
}

describe('incidents', () => {
  test('are one each, however many events tell of them and in whatever order they came', async () => {
    await tell('north', event(1, 'ended', '2026-11-20T08:30:00Z', { confidence: 0.9 }))
    await tell('north', event(1, 'updated', '2026-11-20T08:10:00Z'))
    await tell('north', event(1, 'started', '2026-11-20T08:00:00Z', { area: 'chaoyang', confidence: 0.7 }))
    const { items } = await list()
    expect(items).toEqual([
      {
        gateway: 'north',
        incident: incidentOf(1),
        type: CROWD,
        device: 'gate-3',
        startedAt: '2026-11-20T08:00:00.000Z',
        lastAt: '2026-11-20T08:30:00.000Z',
        endedAt: '2026-11-20T08:30:00.000Z',
        area: 'chaoyang',
        confidence: 0.9,
        evidence: [],
      },
    ])
  })

  test('begin with their beginning and end with their end, though a clock was set back between', async () => {
    await tell('north', event(2, 'started', '2026-11-20T09:00:00Z'))
    await tell('north', event(2, 'ended', '2026-11-20T08:59:00Z'))
    const { startedAt, endedAt, events } = await story('north', 2)
    expect([startedAt, endedAt]).toEqual(['2026-11-20T09:00:00.000Z', '2026-11-20T08:59:00.000Z'])
    expect(events.map(({ phase }) => phase)).toEqual(['ended', 'started'])
  })

  test('are shown though their beginning was lost', async () => {
    await tell('south', event(3, 'updated', '2026-11-20T10:05:00Z', { type: `${VENDING}.updated` }))
    expect(await story('south', 3)).toMatchObject({
      type: VENDING,
      startedAt: '2026-11-20T10:05:00.000Z',
      endedAt: null,
    })
  })

  test('are listed by what began last, page by page, none twice and none left out', async () => {
    for (let n = 10; n < 20; n++) await tell('south', event(n, 'started', '2026-11-20T11:00:00Z'))
    const seen: string[] = []
    let next: string | null = null
    do {
      const page = await list(`limit=3${next === null ? '' : `&after=${next}`}`)
      seen.push(...page.items.map(({ incident }) => incident))
      next = page.next
    } while (next !== null)
    const all = [...Array.from({ length: 10 }, (_, i) => 19 - i), 3, 2, 1].map(incidentOf)
    expect(seen).toEqual(all)
  })

  test('are found by gateway, device and kind', async () => {
    await tell('north', event(30, 'started', '2026-11-20T12:00:00Z', { subject: 'gate-4' }))
    const names = async (query: string) => (await list(query)).items.map(({ incident }) => incident)
    expect(await names('gateway=north')).toEqual([30, 2, 1].map(incidentOf))
    expect(await names('device=gate-4')).toEqual([incidentOf(30)])
    expect(await names(`type=${VENDING}`)).toEqual([incidentOf(3)])
    expect(await names('type=cn.ganzhi.vision.street')).toEqual([])
    expect(await names('type=cn.ganzhi.vision')).toHaveLength(14)
  })

  test('tell of each event what decided, and which pictures have come', async () => {
    const ref = (sha256: string, role: 'before' | 'at' | 'after') => ({
      sha256,
      role,
      contentType: 'image/jpeg',
      bytes: 22,
    })
    const absent = 'ab'.repeat(32)
    await storeEvidence('stored', 'image/jpeg', PICTURE)
    await tell(
      'north',
      event(40, 'started', '2026-11-20T13:00:00Z', {
        evidence: [ref(HASH, 'at'), ref(absent, 'before')],
        data: { count: 12, atLeast: 8 },
      }),
      event(40, 'updated', '2026-11-20T13:01:00Z', { data: { count: 14 } }),
    )
    const { evidence, events } = await story('north', 40)
    expect(evidence).toEqual([
      { ...ref(HASH, 'at'), state: 'stored' },
      { ...ref(absent, 'before'), state: 'pending' },
    ])
    expect(events.map(({ data }) => data)).toEqual([{ count: 14 }, { count: 12, atLeast: 8 }])
  })

  test('that nobody told of are not known', async () => {
    expect((await on.get(`/api/v1/incidents/north/${incidentOf(99)}`)).status).toBe(404)
    const bad = await on.get('/api/v1/incidents?after=rubbish')
    expect(await bad.json()).toMatchObject({ code: 'bad-input', field: 'after' })
  })
})

describe('evidence', () => {
  const get = (sha256: string, headers?: Record<string, string>) =>
    on.get(`/api/v1/evidence/${sha256}`, headers)

  test('is given as the camera made it, and kept by the browser', async () => {
    const response = await get(await storeEvidence('stored', 'image/jpeg', PICTURE))
    expect(Buffer.from(await response.arrayBuffer())).toEqual(PICTURE)
    expect(response.headers.get('content-type')).toBe('image/jpeg')
    expect(response.headers.get('cache-control')).toContain('immutable')
  })

  test('that says it is a page is not shown as one', async () => {
    const page = Buffer.from('<script>alert(1)</script>')
    const response = await get(await storeEvidence('stored', 'text/html', page))
    expect(response.headers.get('content-type')).toBe('application/octet-stream')
    expect(response.headers.get('content-disposition')).toBe('attachment')
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
  })

  test('that is under way says so, which is not the same as not known', async () => {
    const pending = await get(await storeEvidence('pending', 'image/jpeg', Buffer.from('half of it')))
    expect([pending.status, await pending.json()]).toMatchObject([
      404,
      { code: 'evidence-pending', retryable: true },
    ])
    const unknown = await get('cd'.repeat(32))
    expect([unknown.status, await unknown.json()]).toMatchObject([404, { code: 'not-found' }])
  })

  test('is for those who are logged in', async () => {
    expect((await get(HASH, {})).status).toBe(401)
  })
})
