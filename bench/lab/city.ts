import { createHash } from 'node:crypto'
import { encodePointTable, type PointTable } from '@ganzhi/contracts/point-table'
import type { Reading } from '@ganzhi/contracts/reading'
import { headersOf, messageId } from '@ganzhi/contracts/record-key'
import { laneSubject } from '@ganzhi/contracts/subjects'
import { encodeBatch } from '@ganzhi/contracts/telemetry-batch'

/** Values walk by σ = 0.1 % of their range of 0…100, two decimals; every sample differs from the last. */
const SIGMA = 0.1

export interface Message {
  readonly subject: string
  readonly headers: Record<string, string>
  readonly body: Uint8Array
}

export interface WalkingGateway {
  readonly name: string
  readonly table: PointTable
  readonly tableMessage: Message
  /** The next batch: one reading of every point, all read at `at`. */
  next(at: number): { readings: Reading[]; message: Message }
}

/** Pseudo-random and the same in every run (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

export function pointTableOf(gateway: string, points: number): PointTable {
  return {
    points: Array.from({ length: points }, (_, i) => ({
      device: `${gateway}-d${i >> 3}`,
      property: `p${i & 7}`,
      type: 'float' as const,
      decimals: 2,
    })),
  }
}

/** One step of the walk, in hundredths so that it stays exact. */
export function walk(hundredths: Int32Array, random: () => number): void {
  for (let i = 0; i < hundredths.length; i++) {
    const gauss = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
    const step = Math.round(gauss * SIGMA * 100) || 1
    const next = (hundredths[i] as number) + step
    hundredths[i] = next < 0 || next > 10_000 ? (hundredths[i] as number) - step : next
  }
}

export function walkingGateway(name: string, points: number, seed: number): WalkingGateway {
  const random = randomFrom(seed)
  const table = pointTableOf(name, points)
  const { hash, bytes } = encodePointTable(table)
  const epoch = createHash('sha256').update(`${name}/${seed}`).digest('hex').slice(0, 16)
  const state = Int32Array.from({ length: points }, () => Math.floor(random() * 10_000))
  let seq = 0
  return {
    name,
    table,
    tableMessage: {
      subject: laneSubject(name, 'telemetry'),
      headers: headersOf({ kind: 'table', gateway: name, sha256: hash }),
      body: bytes,
    },
    next(at) {
      walk(state, random)
      const readings = Array.from(state, (hundredths, slot) => ({
        slot,
        at,
        quality: 'good' as const,
        value: hundredths / 100,
      }))
      const body = encodeBatch(hash, table, readings)
      const key = { gateway: name, lane: 'telemetry' as const, epoch, seq: ++seq }
      const sha256 = createHash('sha256').update(body).digest('hex')
      const headers = { ...headersOf({ kind: 'record', key, sha256 }), 'Nats-Msg-Id': messageId(key, 1) }
      return { readings, message: { subject: laneSubject(name, 'telemetry'), headers, body } }
    },
  }
}
