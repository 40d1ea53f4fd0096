import { readFileSync } from 'node:fs'
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { GanzhiError } from './error.ts'
import { decodePointTable, encodePointTable, type PointTable } from './point-table.ts'
import { QUALITIES, type Reading, type Value } from './reading.ts'
import { decodeBatch, encodeBatch, encodeBatches, unpackBatch } from './telemetry-batch.ts'

const TABLE: PointTable = {
  points: [
    { device: 'air-1', property: 'pm25', type: 'float', decimals: 1 },
    { device: 'air-1', property: 'raw', type: 'float' },
    { device: 'meter-1', property: 'energy', type: 'integer' },
    { device: 'pump-1', property: 'running', type: 'bool' },
    { device: 'pump-1', property: 'label', type: 'text' },
    { device: 'pump-1', property: 'state', type: 'json' },
  ],
}
const { hash: HASH } = encodePointTable(TABLE)

const anyFloat = fc.oneof(
  fc.double(),
  fc.constantFrom(NaN, Infinity, -Infinity, -0, 0, 2 ** 53, -(2 ** 53), 5e-324, 0.1, 123456789.1),
  fc.integer().map((whole) => whole / 10),
)
const anyInteger = fc.oneof(
  fc.maxSafeInteger(),
  fc.bigInt({ min: 2n ** 53n, max: 2n ** 80n }),
  fc.bigInt({ min: -(2n ** 80n), max: -(2n ** 53n) }),
)
const anyText = fc.string({ unit: 'binary' }).filter((text) => text.isWellFormed() && !text.includes('\0'))
const valueOf: fc.Arbitrary<Value>[] = [
  anyFloat,
  anyFloat,
  anyInteger,
  fc.boolean(),
  anyText,
  // fast-check's JSON holds −0 where JSON itself can't.
  fc.jsonValue({ maxDepth: 4 }).map((value) => JSON.parse(JSON.stringify(value)) as Value),
]
const anyReading: fc.Arbitrary<Reading> = fc.nat({ max: TABLE.points.length - 1 }).chain((slot) =>
  fc.record({
    slot: fc.constant(slot),
    at: fc.oneof(fc.integer({ min: -8.64e15, max: 8.64e15 }), fc.integer({ min: 1.79e12, max: 1.8e12 })),
    quality: fc.constantFrom(...QUALITIES),
    value: fc.oneof({ arbitrary: valueOf[slot]!, weight: 5 }, { arbitrary: fc.constant(null), weight: 1 }),
  }),
)

function decoded(bytes: Uint8Array, table = TABLE): Reading[] {
  const batch = decodeBatch(bytes, table)
  return Array.from({ length: batch.count }, (_, row) => ({
    slot: batch.slots[row]!,
    at: batch.at[row]!,
    quality: QUALITIES[batch.quality[row]!]!,
    value: batch.values[row]!,
  }))
}

/** toEqual takes −0 for 0; Object.is does not. */
function expectSame(actual: Reading[], expected: Reading[]): void {
  expect(actual).toEqual(expected)
  for (const [row, reading] of expected.entries()) {
    if (typeof reading.value === 'number') expect(Object.is(actual[row]!.value, reading.value)).toBe(true)
  }
}

describe('a telemetry batch', () => {
  it('comes out as it went in, whatever the values and times', () => {
    fc.assert(
      fc.property(fc.array(anyReading, { maxLength: 60 }), (readings) => {
        expectSame(decoded(encodeBatch(HASH, TABLE, readings)), readings)
      }),
      { numRuns: 500 },
    )
  })

  it('may be empty', () => {
    expect(decoded(encodeBatch(HASH, TABLE, []))).toEqual([])
  })

  it('may hold one reading of each of 100,000 points', () => {
    const table: PointTable = {
      points: Array.from({ length: 100_000 }, (_, i) => ({
        device: `device-${i >> 4}`,
        property: `p${i & 15}`,
        type: 'float' as const,
        decimals: 2,
      })),
    }
    const { hash, bytes } = encodePointTable(table)
    expect(decodePointTable(bytes)).toEqual(table)
    const readings = table.points.map((_, slot) => ({
      slot,
      at: 1_790_000_000_000 - slot,
      quality: 'good' as const,
      value: ((slot * 7919) % 100_000) / 100,
    }))
    const batches = encodeBatches(hash, table, readings)
    expectSame(
      batches.flatMap((batch) => decoded(batch, table)),
      readings,
    )
  })

  it('is split until each part is under the limit, in order', () => {
    let noise = 1
    const next = (): number => (noise = (noise * 48_271) % 2_147_483_647)
    const text = (): string =>
      Array.from({ length: 30_000 }, () => String.fromCodePoint(0x4e00 + (next() % 20_000))).join('')
    const long = Array.from({ length: 40 }, (_, i) => ({
      slot: 4,
      at: 1_790_000_000_000 + i,
      quality: 'good' as const,
      value: text(),
    }))
    const batches = encodeBatches(HASH, TABLE, long)
    expect(batches.length).toBeGreaterThan(1)
    for (const batch of batches) expect(batch.length).toBeLessThanOrEqual(512 * 1024)
    expectSame(
      batches.flatMap((batch) => decoded(batch)),
      long,
    )
  })

  it('names its table and count without the table', () => {
    const bytes = encodeBatch(HASH, TABLE, [{ slot: 0, at: 1_790_000_000_123, quality: 'good', value: 35.2 }])
    expect(unpackBatch(bytes)).toMatchObject({ table: HASH, base: 1_790_000_000_123, count: 1 })
  })

  it.each<[string, Partial<Reading>, string]>([
    ['a slot beyond the table', { slot: 6 }, 'readings[0].slot'],
    ['half a millisecond', { at: 0.5 }, 'readings[0].at'],
    ['a text for a float', { value: 'x' }, 'readings[0].value'],
    ['a NUL in a text', { slot: 4, value: 'a\0b' }, 'readings[0].value'],
    ['half a surrogate pair', { slot: 4, value: '\ud800' }, 'readings[0].value'],
    ['NaN inside JSON', { slot: 5, value: [Number.NaN] }, 'readings[0].value'],
    ['a fraction for an integer', { slot: 2, value: 1.5 }, 'readings[0].value'],
  ])('refuses %s and names the field', (_, change, field) => {
    const reading: Reading = { slot: 0, at: 0, quality: 'good', value: 1, ...change }
    expect(() => encodeBatch(HASH, TABLE, [reading])).toThrow(
      expect.objectContaining({ code: 'bad-reading', field }),
    )
  })

  it('is a value or a typed error for any bytes at all', () => {
    const good = encodeBatch(HASH, TABLE, [
      { slot: 0, at: 5, quality: 'good', value: 1.5 },
      { slot: 2, at: 4, quality: 'stale', value: 2n ** 60n },
      { slot: 4, at: 9, quality: 'good', value: '温度' },
    ])
    const inside = zstdDecompressSync(good.subarray(1))
    const anyChanges = fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { minLength: 1, maxLength: 4 })
    const change = (bytes: Uint8Array, changes: [number, number][]): Uint8Array => {
      const changed = Uint8Array.from(bytes)
      for (const [at, byte] of changes) changed[at % changed.length] = byte
      return changed
    }
    const mutated = anyChanges.map((changes) => change(good, changes))
    const mutatedInside = fc
      .tuple(anyChanges, fc.nat({ max: inside.length }))
      .map(([changes, cut]) => zstdCompressSync(change(inside, changes).subarray(0, cut)))
      .map((frame) => Buffer.concat([good.subarray(0, 1), frame]))
    fc.assert(
      fc.property(fc.oneof(mutated, mutatedInside, fc.uint8Array({ maxLength: 200 })), (bytes) => {
        try {
          const rows = decodeBatch(bytes, TABLE)
          expect(rows.values).toHaveLength(rows.count)
        } catch (error) {
          expect(error).toBeInstanceOf(GanzhiError)
        }
      }),
      { numRuns: 3000 },
    )
  })

  it('of version 1 is read as it was written when version 1 was fixed', () => {
    const golden = readFileSync(new URL('./golden/telemetry-batch.v1.bin', import.meta.url))
    const table = decodePointTable(readFileSync(new URL('./golden/point-table.v1.bin', import.meta.url)))
    const expected = JSON.parse(
      readFileSync(new URL('./golden/telemetry-batch.v1.json', import.meta.url), 'utf8'),
    ) as unknown
    const rows = decoded(golden, table).map((reading) => ({
      ...reading,
      value: JSON.stringify(reading.value, big),
    }))
    expect(rows).toEqual(expected)
  })
})

function big(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? `${value}n` : value
}
