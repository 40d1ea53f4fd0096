import type { HealthView, Problem } from '@ganzhi/contracts/api-views'
import { t } from './language.ts'
import { person } from './session.ts'

/** What the API refused, as it said so. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly problem: Pick<Problem, 'code' | 'title'> & Partial<Problem>

  constructor(problem: Refusal['problem']) {
    super(problem.title)
    this.problem = problem
  }
}

export type Query = Readonly<Record<string, string | number | undefined>>

export function apiUrl(path: string, query: Query = {}): string {
  const given = Object.entries(query).flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [[name, String(value)]],
  )
  const search = new URLSearchParams(given).toString()
  return `/api/v1${path}${search && `?${search}`}`
}

export function ask<T>(path: string, query: Query, signal?: AbortSignal): Promise<T> {
  return exchange<T>(apiUrl(path, query), signal ? { signal } : {})
}

export function tell<T>(path: string, body?: object, method: 'POST' | 'PUT' = 'POST'): Promise<T> {
  return exchange<T>(apiUrl(path), {
    method,
    ...(body && bodyOf(body)),
  })
}

/** An answer that comes line by line, each a JSON document. */
export async function* tellOn<T>(path: string, body: object, signal: AbortSignal): AsyncGenerator<T> {
  const request = { ...bodyOf(body), method: 'POST', signal }
  const response = await answered(apiUrl(path), request)
  let rest = ''
  for await (const piece of readOf(response)) {
    const lines = (rest + piece).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) if (line) yield JSON.parse(line) as T
  }
}

/** By its reader: not every browser lets a stream be iterated. */
async function* readOf({ body }: Response): AsyncGenerator<string> {
  const reader = body?.pipeThrough(new TextDecoderStream()).getReader()
  for (;;) {
    const read = await reader?.read()
    if (!read || read.done) return
    yield read.value
  }
}

function bodyOf(body: object): RequestInit {
  return { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
}

async function exchange<T>(url: string, request: RequestInit): Promise<T> {
  const response = await answered(url, request)
  return (response.status === 204 ? undefined : await response.json()) as T
}

async function answered(url: string, request: RequestInit): Promise<Response> {
  const response = await fetch(url, request).catch((cause: unknown) => {
    request.signal?.throwIfAborted()
    throw new Refusal({ code: 'offline', title: t('offline'), retryable: true, remedy: String(cause) })
  })
  if (response.ok) return response
  const problem = (await response.json().catch(() => ({
    code: 'offline',
    title: `${response.status} ${response.statusText}`,
  }))) as Problem
  if (problem.code === 'not-logged-in') person.value = null
  throw new Refusal(problem)
}

/** Red health is 503 with the same body: what is red is the answer, not a failure to get one. */
export async function lookAtHealth(signal: AbortSignal): Promise<HealthView> {
  const response = await fetch(apiUrl('/health'), { signal })
  const body = (await response.json()) as HealthView
  if (Array.isArray(body.parts)) return body
  throw new Refusal({ code: 'offline', title: t('offline') })
}
