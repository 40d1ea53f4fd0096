import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { AREAS, placementsOf } from './places.ts'

const AGAIN_MS = 250
const RULES = join(import.meta.dirname, 'rules')

export interface City {
  readonly url: string
  readonly login: { readonly name: string; readonly password: string }
  readonly gateways: Parameters<typeof placementsOf>[0]
}

/**
 * Gives a platform that has no rules yet those of the simulated city, its areas, and devices their places. One that has
 * some is its owner's, and one whose first password was changed can't be entered.
 */
export async function settleCity({ url, login, gateways }: City, signal: AbortSignal): Promise<void> {
  const entered = await send(url, 'POST', '/login', login, { signal })
  if (entered.status === 401) return
  const cookie = entered.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  async function call<T>(method: string, path: string, body?: object): Promise<T> {
    const response = await send(url, method, path, body, { cookie, signal })
    if (!response.ok) throw new Error(`${method} ${path}: ${await response.text()}`)
    return (response.status === 204 ? undefined : await response.json()) as T
  }

  const { items } = await call<{ items: readonly unknown[] }>('GET', '/rules?limit=1')
  if (items.length === 0) {
    await call('POST', '/areas', { areas: AREAS })
    await untilHeard(gateways, () => call<{ items: readonly { name: string }[] }>('GET', '/gateways'), signal)
    await call('POST', '/placements', { devices: placementsOf(gateways) })
    for (const file of await readdir(RULES)) {
      const text = await readFile(join(RULES, file), 'utf8')
      const checked = await call<Checked>('POST', '/rules/check', { text })
      if (!checked.rule) throw new Error(`${file}: ${JSON.stringify(checked.faults)}`)
      await call('PUT', `/rules/${checked.rule.id}`, { rule: checked.rule })
    }
  }
  await call('POST', '/logout')
}

/** Only what has been heard of can be given a place. */
async function untilHeard(
  gateways: City['gateways'],
  listed: () => Promise<{ items: readonly { name: string }[] }>,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    const { items } = await listed()
    if (gateways.every(({ name }) => items.some((each) => each.name === name))) return
    await delay(AGAIN_MS, undefined, { signal })
  }
}

interface Checked {
  readonly rule: { readonly id: string } | null
  readonly faults: readonly unknown[]
}

function send(
  url: string,
  method: string,
  path: string,
  body: object | undefined,
  { cookie, signal }: { readonly cookie?: string; readonly signal: AbortSignal },
): Promise<Response> {
  return fetch(`${url}/api/v1${path}`, {
    method,
    signal,
    headers: {
      ...(cookie !== undefined && { cookie }),
      ...(body && { 'content-type': 'application/json' }),
    },
    ...(body && { body: JSON.stringify(body) }),
  })
}
