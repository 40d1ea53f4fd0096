import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { AREAS, type Placed } from './places.ts'

const AGAIN_MS = 250
/** Rules that come with the platform, and some of them with minutes cut to seconds. */
const READY = join(import.meta.dirname, '../../firmware-config/rules/ready')
const QUICK = join(import.meta.dirname, 'rules')
/** Simulated wells fill within a minute. */
const OFF = ['level-rises.yaml']

export interface City {
  readonly url: string
  readonly login: { readonly name: string; readonly password: string }
  readonly devices: readonly Placed[]
}

/**
 * Gives a platform that has no rules yet those of the simulated city, its areas, and devices their places. One that has
 * some is its owner's, and one whose first password was changed can't be entered.
 */
export async function settleCity({ url, login, devices }: City, signal: AbortSignal): Promise<void> {
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
    const listed = () => call<Listed>('GET', '/gateways')
    await untilHeard(new Set(devices.map(({ gateway }) => gateway)), listed, signal)
    await call('POST', '/placements', { devices })
    for (const [file, path] of await ruleFiles()) {
      const checked = await call<Checked>('POST', '/rules/check', { text: await readFile(path, 'utf8') })
      if (!checked.rule) throw new Error(`${file}: ${JSON.stringify(checked.faults)}`)
      await call('PUT', `/rules/${checked.rule.id}`, { rule: checked.rule, enabled: !OFF.includes(file) })
    }
  }
  await call('POST', '/logout')
}

async function ruleFiles(): Promise<Map<string, string>> {
  const found = new Map<string, string>()
  for (const folder of [READY, QUICK]) {
    for (const file of await readdir(folder)) {
      if (file.endsWith('.yaml')) found.set(file, join(folder, file))
    }
  }
  return found
}

/** Only what has been heard of can be given a place. */
async function untilHeard(
  gateways: ReadonlySet<string>,
  listed: () => Promise<Listed>,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    const { items } = await listed()
    if (gateways.isSubsetOf(new Set(items.map(({ name }) => name)))) return
    await delay(AGAIN_MS, undefined, { signal })
  }
}

interface Listed {
  readonly items: readonly { readonly name: string }[]
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
