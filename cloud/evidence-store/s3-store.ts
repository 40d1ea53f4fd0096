import { createHash } from 'node:crypto'
import { GanzhiError } from '@ganzhi/contracts/error'
import type { EvidencePart } from '@ganzhi/contracts/evidence'
import { AwsClient } from 'aws4fetch'
import type { EvidenceStore, PutResult } from './evidence-store.ts'

export interface S3Options {
  /** https://endpoint/bucket/prefix */
  readonly base: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly region: string
}

/**
 * `<base>/ab/abcd…` for objects, `<base>/parts/abcd…/<n>` for what waits for the rest. Each body's sha256 is signed, so
 * the store itself refuses bytes that are not what we sent; S3 answers a write when it is durable.
 */
export function openS3Store({ base, accessKeyId, secretAccessKey, region }: S3Options): EvidenceStore {
  const client = new AwsClient({ accessKeyId, secretAccessKey, region, service: 's3', retries: 0 })
  const objectUrl = (sha256: string): string => `${base}/${sha256.slice(0, 2)}/${sha256}`
  const partUrl = (object: string, n: number): string => `${base}/parts/${object}/${n}`

  const ask = async (method: string, url: string, body?: Uint8Array<ArrayBuffer>): Promise<Response> => {
    const headers = body ? { 'x-amz-content-sha256': sha256Of(body) } : {}
    const response = await client.fetch(url, {
      method,
      headers,
      ...(body && { body }),
      signal: AbortSignal.timeout(60_000),
    })
    if (response.ok || response.status === 404) return response
    throw refused(method, response.status, await response.text())
  }
  const exists = async (url: string): Promise<boolean> => (await ask('HEAD', url)).ok
  const read = async (url: string): Promise<Buffer | undefined> => {
    const response = await ask('GET', url)
    return response.ok ? Buffer.from(await response.arrayBuffer()) : undefined
  }

  const assemble = async ({ object, parts }: EvidencePart): Promise<PutResult> => {
    const urls = Array.from({ length: parts }, (_, n) => partUrl(object, n))
    const there = await Promise.all(urls.map(exists))
    if (there.every(Boolean)) {
      const pieces = await Promise.all(urls.map(read))
      if (pieces.every((piece) => piece !== undefined)) {
        const whole = Buffer.concat(pieces)
        const genuine = sha256Of(whole) === object
        if (genuine) await ask('PUT', objectUrl(object), whole)
        await Promise.all(urls.map((url) => ask('DELETE', url)))
        return genuine ? 'stored' : 'corrupt'
      }
    }
    // Another process may have put it together and taken the parts away meanwhile.
    return (await exists(objectUrl(object))) ? 'stored' : 'partial'
  }

  return {
    async put(part, bytes) {
      const url = objectUrl(part.object)
      if (await exists(url)) return 'stored'
      const body = Buffer.from(bytes)
      if (part.parts === 1) {
        if (sha256Of(body) !== part.object) return 'corrupt'
        await ask('PUT', url, body)
        return 'stored'
      }
      await ask('PUT', partUrl(part.object, part.part), body)
      return assemble(part)
    },
    async get(sha256) {
      const response = await ask('GET', objectUrl(sha256))
      return response.ok ? (response.body ?? undefined) : undefined
    },
  }
}

function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

function refused(method: string, status: number, answer: string): GanzhiError {
  return new GanzhiError(`S3 answers ${method} with ${status}: ${answer.slice(0, 200)}`, {
    code: 'evidence-store-refuses',
    blame: 'outside',
    remedy: 'Check bucket, key and region in GANZHI_EVIDENCE.',
    retryable: true,
  })
}
