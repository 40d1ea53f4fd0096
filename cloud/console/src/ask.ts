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

type Query = Readonly<Record<string, string | number | undefined>>

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

export function tell<T>(path: string, body?: object): Promise<T> {
  return exchange<T>(apiUrl(path), {
    method: 'POST',
    ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  })
}

async function exchange<T>(url: string, request: RequestInit): Promise<T> {
  const response = await fetch(url, request).catch((cause: unknown) => {
    request.signal?.throwIfAborted()
    throw new Refusal({ code: 'offline', title: t('offline'), retryable: true, remedy: String(cause) })
  })
  if (response.ok) return (response.status === 204 ? undefined : await response.json()) as T
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
