import { GanzhiError } from '@ganzhi/contracts/error'
import { encodePointTable } from '@ganzhi/contracts/point-table'
import type { Reading } from '@ganzhi/contracts/reading'
import { decodeBatch } from '@ganzhi/contracts/telemetry-batch'
import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { readingSink } from './reading-sink.ts'

const TABLE = { points: [{ device: 'm-1', property: 'note', type: 'text' as const }] }
const FULL = new GanzhiError('full', { code: 'outbox-full', blame: 'outside', retryable: true })
const never = new AbortController().signal

function readings(count: number, bytes: number): Reading[] {
  return Array.from({ length: count }, (_, i) => ({
    slot: 0,
    at: i,
    quality: 'good',
    value: randomBytes(bytes / 2).toString('hex'),
  }))
}

/** Refuses the appends whose turn it is. */
function anOutbox(refused: readonly number[]) {
  const accepted: Uint8Array[] = []
  let turn = 0
  return {
    accepted,
    putTable: () => {},
    append(_: string, body: Uint8Array) {
      if (refused.includes((turn += 1))) return Promise.reject(FULL)
      accepted.push(body)
      return Promise.resolve({ epoch: '00000000000000aa', seq: accepted.length, sha256: '' })
    },
  }
}

const rows = (bodies: readonly Uint8Array[]) => bodies.flatMap((body) => [...decodeBatch(body, TABLE).at])

test('a batch that is refused has left nothing behind, and may be handed in again', async () => {
  const outbox = anOutbox([1])
  const sink = readingSink(outbox, () => Promise.resolve(), never)
  const batch = readings(3, 10)
  await expect(sink(TABLE, batch)).rejects.toBe(FULL)
  expect(outbox.accepted).toEqual([])
  await sink(TABLE, batch)
  expect(rows(outbox.accepted)).toEqual([0, 1, 2])
})

test('a batch that had to be split is accepted to its end once its beginning is, and nothing of it twice', async () => {
  const outbox = anOutbox([2, 3])
  let waits = 0
  const wait = () => {
    waits += 1
    return Promise.resolve()
  }
  await readingSink(outbox, wait, never)(TABLE, readings(4, 400_000))
  expect(outbox.accepted.length).toBeGreaterThan(1)
  expect(rows(outbox.accepted)).toEqual([0, 1, 2, 3])
  expect(waits).toBe(2)
})

test('the batches name the table that was put', async () => {
  const put: string[] = []
  const used: unknown[] = []
  const outbox = {
    putTable: (hash: string) => void put.push(hash),
    append: (_: string, __: Uint8Array, options?: { readonly table?: string }) => {
      used.push(options?.table)
      return Promise.resolve({ epoch: '', seq: 1, sha256: '' })
    },
  }
  await readingSink(outbox, () => Promise.resolve(), never)(TABLE, readings(1, 10))
  const { hash } = encodePointTable(TABLE)
  expect([put, used]).toEqual([[hash], [hash]])
})
