import type { PublishOutcome } from './link.ts'

/** JetStream's error codes for "no room", which end when ingest has read on or an operator gives more disk. */
const FULL = new Set([
  10_023, // insufficient resources
  10_028, // memory resources exceeded
  10_047, // storage resources exceeded
  10_077, // maximum messages, bytes … exceeded (stream store failed)
])

/** Message larger than the stream takes, bad headers: this message would be refused again, others not. */
const UNFIT = new Set([
  10_054, // message size exceeds maximum allowed
  10_097, // header size exceeds maximum allowed of 64k
])

const NO_RESPONDERS = 503

/** No stream for a subject shows as "no responders", JetStream switched off as either that or an error. */
export function outcomeOf(body: Uint8Array, status: number | undefined): PublishOutcome {
  if (status === NO_RESPONDERS) return unavailable('no stream takes this subject')
  const answer = parsed(body)
  if (typeof answer !== 'object' || answer === null) return unavailable('not an answer of JetStream')
  if (!('error' in answer)) {
    return 'stream' in answer && 'seq' in answer
      ? { kind: 'acked' }
      : unavailable('not an answer of JetStream')
  }
  const { err_code: code, description } = (answer.error ?? {}) as { err_code?: number; description?: string }
  const message = `${description ?? 'refused'} (${code ?? 'no code'})`
  if (code !== undefined && FULL.has(code)) return { kind: 'refused', reason: 'full', message }
  if (code !== undefined && UNFIT.has(code)) return { kind: 'refused', reason: 'unfit', message }
  return unavailable(message)
}

function unavailable(message: string): PublishOutcome {
  return { kind: 'refused', reason: 'unavailable', message }
}

function parsed(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body))
  } catch {
    return undefined
  }
}
