import { type CameraFault, cameraFault, type FaultCode } from './camera-state.ts'
import { answerChallenge } from './http-login.ts'
import { MOST_JPEG_BYTES } from './multipart.ts'
import type { Login } from './scrub.ts'

/** Thrown where a camera's answer, or the want of one, is the fault. */
export class CameraTrouble extends Error {
  readonly fault: CameraFault

  constructor(fault: CameraFault) {
    super(fault.reason.en)
    this.fault = fault
  }
}

export function trouble(code: FaultCode, detail?: string): CameraTrouble {
  return new CameraTrouble(cameraFault(code, detail))
}

/** GET, with a login where it is asked for. A login is taken to no other address than the one it was given for. */
export async function askCamera(
  address: string,
  login: Login | undefined,
  signal: AbortSignal,
): Promise<Response> {
  const url = new URL(address)
  const first = await get(url, {}, signal)
  const challenge = first.headers.get('www-authenticate')
  if (first.status !== 401 || !login || challenge === null) return await accepted(first)
  await first.body?.cancel()
  const authorization = answerChallenge(challenge, login, { method: 'GET', url })
  return await accepted(authorization === undefined ? first : await get(url, { authorization }, signal))
}

/** The whole body, unless it is too long to be a picture. */
export async function bodyOf(response: Response): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of response.body ?? []) {
    length += chunk.length
    if (length > MOST_JPEG_BYTES) throw trouble('too-large')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

async function get(url: URL, headers: Record<string, string>, signal: AbortSignal): Promise<Response> {
  try {
    return await fetch(url, { headers, signal, redirect: 'manual' })
  } catch (error) {
    if (signal.aborted) throw error
    throw networkTrouble((error as Error).cause ?? error)
  }
}

export function networkTrouble(error: unknown): CameraTrouble {
  const { code, message } = error as NodeJS.ErrnoException
  switch (code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return trouble('unknown-host')
    case 'ECONNREFUSED':
      return trouble('refused')
    case 'ETIMEDOUT':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'UND_ERR_CONNECT_TIMEOUT':
      return trouble('unreachable')
    default:
      return trouble('stalled', message)
  }
}

async function accepted(response: Response): Promise<Response> {
  if (response.ok) return response
  await response.body?.cancel().catch(() => {})
  const { status } = response
  const detail = `HTTP ${status}`
  if (status === 401) throw trouble('wrong-password', detail)
  if (status === 403) throw trouble('forbidden', detail)
  if (status >= 300 && status < 400) throw trouble('redirected', detail)
  if (status >= 500) throw trouble('server-error', detail)
  throw trouble('no-stream', detail)
}
