import { Problem } from '@ganzhi/contracts/api-views'
import { GanzhiError } from '@ganzhi/contracts/error'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import Type, { type Static } from 'typebox'
import { Check } from 'typebox/value'
import { SESSION_COOKIE } from '../accounts/access.ts'

const Session = Type.Object({ url: Type.String(), token: Type.String(), name: Type.String() })
type Session = Static<typeof Session>

export interface ApiClient {
  /** Of the API, version 1: `/commands`. Rejects with what the API says is wrong. */
  call(method: string, path: string, body?: unknown): Promise<unknown>
  /** What is no JSON, as it comes. What is sent is posted. */
  download(path: string, body?: unknown): Promise<ReadableStream<Uint8Array>>
}

/** With the session that `ganzhi login` left. */
export async function openApiClient(file: string, signal: AbortSignal): Promise<ApiClient> {
  const session = await readSession(file)
  const headers = { cookie: `${SESSION_COOKIE}=${session.token}` }
  return {
    async call(method, path, body) {
      return (await answered(request(session.url, method, path, { body, headers, signal }))).json()
    },
    async download(path, body) {
      const method = body === undefined ? 'GET' : 'POST'
      const asked = request(session.url, method, path, { body, headers, signal })
      return (await answered(asked)).body ?? new ReadableStream()
    },
  }
}

export async function logIn(
  file: string,
  { url, name, password }: { readonly url: string; readonly name: string; readonly password: string },
  signal: AbortSignal,
): Promise<void> {
  const response = await answered(
    request(url, 'POST', '/login', { body: { name, password }, headers: {}, signal }),
  )
  const cookie = response.headers.getSetCookie().find((each) => each.startsWith(`${SESSION_COOKIE}=`))
  const token = cookie?.split(';')[0]?.slice(SESSION_COOKIE.length + 1)
  if (token === undefined) throw noPlatform(url)
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  // Made anew: an old file might be readable by others.
  await rm(file, { force: true })
  await writeFile(file, JSON.stringify({ url, token, name } satisfies Session), { mode: 0o600 })
}

export async function logOut(file: string, signal: AbortSignal): Promise<void> {
  const { url, token } = await readSession(file)
  await rm(file, { force: true })
  const headers = { cookie: `${SESSION_COOKIE}=${token}` }
  await answered(request(url, 'POST', '/logout', { body: undefined, headers, signal }))
}

async function readSession(file: string): Promise<Session> {
  const text = await readFile(file, 'utf8').catch(() => '{}')
  const session: unknown = JSON.parse(text)
  if (Check(Session, session)) return session
  throw new GanzhiError('尚未登录 nobody is logged in', {
    code: 'not-logged-in',
    blame: 'caller',
    remedy: '请先登录 Log in first: ganzhi login --url http://127.0.0.1:7600 --name admin',
  })
}

interface RequestParts {
  readonly body: unknown
  readonly headers: Readonly<Record<string, string>>
  readonly signal: AbortSignal
}

async function request(
  url: string,
  method: string,
  path: string,
  { body, headers, signal }: RequestParts,
): Promise<Response> {
  try {
    return await fetch(new URL(`/api/v1${path}`, url), {
      method,
      headers: { ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal,
    })
  } catch (cause) {
    signal.throwIfAborted()
    throw new GanzhiError(`平台无法访问 ${url} can not be reached`, {
      code: 'platform-unreachable',
      blame: 'outside',
      field: 'url',
      remedy: '请核对地址，并确认平台在运行。 Check the address, and that the platform runs.',
      retryable: true,
      cause,
    })
  }
}

async function answered(requested: Promise<Response>): Promise<Response> {
  const response = await requested
  if (response.ok) return response
  const problem: unknown = await response.json().catch(() => undefined)
  if (!Check(Problem, problem)) throw noPlatform(response.url)
  throw problemError(problem)
}

/** What the platform says is wrong. */
export function problemError(problem: Problem): GanzhiError {
  const { title, code, status, field, remedy, faults, retryable } = problem
  return new GanzhiError(title, {
    code,
    blame: status < 500 ? 'caller' : 'outside',
    retryable,
    ...(field !== undefined && { field }),
    ...(remedy !== undefined && { remedy }),
    ...(faults && { faults }),
  })
}

function noPlatform(url: string): GanzhiError {
  return new GanzhiError(`那里不是感知平台 ${url} does not answer as a Ganzhi platform`, {
    code: 'no-platform',
    blame: 'caller',
    field: 'url',
    remedy: '请核对地址。 Check the address; npm start prints it.',
  })
}
