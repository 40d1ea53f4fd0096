import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decodeEvidence, encodeEvidence } from '@ganzhi/contracts/evidence'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { EvidenceStore } from './evidence-store.ts'
import { openEvidenceStore } from './open-evidence-store.ts'

const partsOf = (object: Uint8Array) => {
  const { sha256, records } = encodeEvidence(object, { contentType: 'image/jpeg', at: 5 })
  return { sha256, parts: records.map(decodeEvidence) }
}

const stores = ['directory', 's3'] as const
const places: Record<string, string> = {}
let dir: string
const server = createServer()

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'ganzhi-evidence-'))
  places['directory'] = dir
  places['s3'] = await startS3()
})
afterAll(async () => {
  server.close()
  await rm(dir, { recursive: true, force: true })
})

describe.each(stores)('an evidence store in a %s', (kind) => {
  const open = (): Promise<EvidenceStore> => openEvidenceStore(places[kind]!)

  it('gives back what was put', async () => {
    const store = await open()
    const picture = randomBytes(1000)
    const { sha256, parts } = partsOf(picture)
    expect(await store.get(sha256)).toBeUndefined()
    expect(await store.put(parts[0]!.part, parts[0]!.bytes)).toBe('stored')
    expect(await store.put(parts[0]!.part, parts[0]!.bytes)).toBe('stored')
    expect(picture.equals(await new Response(await store.get(sha256)).bytes())).toBe(true)
  })

  it('puts parts together whatever their order, and keeps none of them', async () => {
    const store = await open()
    const picture = randomBytes(1_200_000)
    const { sha256, parts } = partsOf(picture)
    for (const { part, bytes } of parts.slice(1).reverse())
      expect(await store.put(part, bytes)).toBe('partial')
    expect(await store.get(sha256)).toBeUndefined()
    expect(await store.put(parts[0]!.part, parts[0]!.bytes)).toBe('stored')
    expect(picture.equals(await new Response(await store.get(sha256)).bytes())).toBe(true)
    if (kind === 'directory') expect(await readdir(join(dir, 'parts'))).toEqual([])
  })

  it('is right when all parts come at once from several processes', async () => {
    const all = await Promise.all([open(), open()])
    const picture = randomBytes(1_200_000)
    const { sha256, parts } = partsOf(picture)
    await Promise.all(all.flatMap((store) => parts.map(({ part, bytes }) => store.put(part, bytes))))
    expect(await all[0].put(parts[0]!.part, parts[0]!.bytes)).toBe('stored')
    expect(picture.equals(await new Response(await all[1].get(sha256)).bytes())).toBe(true)
  })

  it('does not store what is not the object that it says', async () => {
    const store = await open()
    const [whole, large] = [partsOf(randomBytes(10)), partsOf(randomBytes(600_000))]
    expect(await store.put(whole.parts[0]!.part, randomBytes(10))).toBe('corrupt')
    expect(await store.put(large.parts[0]!.part, large.parts[0]!.bytes)).toBe('partial')
    expect(await store.put(large.parts[1]!.part, randomBytes(large.parts[1]!.bytes.length))).toBe('corrupt')
    for (const { sha256 } of [whole, large]) expect(await store.get(sha256)).toBeUndefined()
  })
})

it('an S3 store that refuses is an error that may pass', async () => {
  const store = await openEvidenceStore(places['s3']!.replace('/city', '/forbidden'))
  const { parts } = partsOf(randomBytes(10))
  await expect(store.put(parts[0]!.part, parts[0]!.bytes)).rejects.toMatchObject({ retryable: true })
})

/** As much of S3 as we use: bodies must have the signed sha256. */
async function startS3(): Promise<string> {
  const objects = new Map<string, Buffer>()
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const key = request.url ?? ''
    const body = Buffer.concat(await request.toArray())
    const signed = request.headers['x-amz-content-sha256']
    const genuine =
      signed === 'UNSIGNED-PAYLOAD' || signed === createHash('sha256').update(body).digest('hex')
    if (
      !request.headers.authorization?.startsWith('AWS4-HMAC-SHA256') ||
      key.startsWith('/forbidden') ||
      !genuine
    ) {
      response.writeHead(403).end('AccessDenied')
    } else if (request.method === 'PUT') {
      objects.set(key, body)
      response.end()
    } else if (request.method === 'DELETE') {
      objects.delete(key)
      response.writeHead(204).end()
    } else
      response
        .writeHead(objects.has(key) ? 200 : 404)
        .end(request.method === 'GET' ? objects.get(key) : undefined)
  }
  server.on('request', (request, response) => void serve(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `s3+http://key:secret@127.0.0.1:${(server.address() as AddressInfo).port}/city/evidence?region=cn-north-1`
}
