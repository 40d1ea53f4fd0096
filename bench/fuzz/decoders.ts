import { zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { isGanzhiError } from '@ganzhi/contracts/error'
import { decodeEventsRecord, encodeEvent, encodeGap } from '@ganzhi/contracts/event'
import { decodeEvidence, encodeEvidence } from '@ganzhi/contracts/evidence'
import { decodePointTable, encodePointTable } from '@ganzhi/contracts/point-table'
import { decodeBatch, unpackBatch } from '@ganzhi/contracts/telemetry-batch'
import { walkingGateway } from '../lab/city.ts'

/** A decoder that takes longer than this for one input is as bad as one that hangs. */
const SLOWEST_MS = 1000

interface DecoderTally {
  readonly inputs: number
  readonly refused: number
  readonly slowestMs: number
  readonly ok: boolean
}

/** Every decoder of the wire meets mutated inputs: a value or a typed error, at once. */
export function fuzzDecoders(
  inputs: number,
  random: () => number,
  say: (line: string) => void,
  signal: AbortSignal,
): DecoderTally {
  const targets = seeds()
  let refused = 0
  let slowest = 0
  for (let n = 0; n < inputs; n++) {
    signal.throwIfAborted()
    const target = targets[n % targets.length] as Target
    const bytes = n % 2 === 0 ? mutated(target.bytes, random) : mutatedInside(target.bytes, random)
    const start = performance.now()
    try {
      target.decode(bytes)
    } catch (error) {
      if (!isGanzhiError(error)) {
        throw new Error(`input ${n} for ${target.name}: ${Buffer.from(bytes).toString('hex')}`, {
          cause: error,
        })
      }
      refused++
    }
    slowest = Math.max(slowest, performance.now() - start)
    if (n % 250_000 === 249_999) say(`${n + 1} inputs, ${refused} refused, slowest ${slowest.toFixed(1)} ms`)
  }
  return { inputs, refused, slowestMs: Math.round(slowest), ok: slowest < SLOWEST_MS }
}

interface Target {
  readonly name: string
  readonly bytes: Uint8Array
  readonly decode: (bytes: Uint8Array) => unknown
}

function seeds(): Target[] {
  const gateway = walkingGateway('fuzz', 50, 1)
  const table = encodePointTable(gateway.table).bytes
  const batch = gateway.next(1_790_000_000_000).message.body
  const picture = encodeEvidence(Buffer.from('a picture'), { contentType: 'image/jpeg', at: 5 })
  const gap = encodeGap({
    kind: 'gap',
    lane: 'telemetry',
    epoch: '0123456789abcdef',
    firstSeq: 5,
    lastSeq: 9,
    count: 5,
    reason: 'rotten',
    at: 1_790_000_000_000,
  })
  const event = encodeEvent({
    specversion: '1.0',
    id: '01K4ZQ3V5W6X7Y8Z9A0B1C2D3E.started.0',
    source: 'gz.v1.fuzz',
    type: 'cn.ganzhi.vision.crowd-gathering.started',
    subject: 'camera-7',
    time: '2026-11-21T08:00:00.000Z',
    incident: '01K4ZQ3V5W6X7Y8Z9A0B1C2D3E',
  })
  return [
    { name: 'batch', bytes: batch, decode: (bytes) => decodeBatch(bytes, gateway.table) },
    { name: 'batch head', bytes: batch, decode: unpackBatch },
    { name: 'point table', bytes: table, decode: decodePointTable },
    { name: 'evidence', bytes: picture.records[0] as Uint8Array, decode: decodeEvidence },
    { name: 'gap', bytes: gap, decode: decodeEventsRecord },
    { name: 'event', bytes: event, decode: decodeEventsRecord },
  ]
}

/** Compression would hide most mutations from the decoder behind it, so half of them are made within the zstd frame. */
function mutatedInside(bytes: Uint8Array, random: () => number): Uint8Array {
  if (bytes[0] !== 1) return mutated(bytes, random)
  const content = mutated(zstdDecompressSync(bytes.subarray(1)), random)
  return Buffer.concat([bytes.subarray(0, 1), zstdCompressSync(content)])
}

/** A few bytes changed, a piece cut out or doubled, or the end torn off. */
function mutated(bytes: Uint8Array, random: () => number): Uint8Array {
  const pick = (below: number): number => Math.floor(random() * below)
  const from = pick(bytes.length)
  const to = from + pick(bytes.length - from)
  switch (pick(4)) {
    case 0:
      return bytes.subarray(0, from)
    case 1:
      return Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)])
    case 2:
      return Buffer.concat([bytes.subarray(0, to), bytes.subarray(from)])
    default: {
      const changed = Uint8Array.from(bytes)
      for (let n = pick(6); n >= 0; n--) changed[pick(changed.length)] = pick(256)
      return changed
    }
  }
}
