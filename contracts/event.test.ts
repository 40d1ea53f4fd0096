import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isGanzhiError } from './error.ts'
import type { CloudEvent } from './cloud-event.ts'
import { decodeEventsRecord, encodeEvent, encodeGap } from './event.ts'
import { decodeEvidence, encodeEvidence } from './evidence.ts'
import type { GapRecord } from './gap.ts'

const golden = (name: string): Buffer => readFileSync(new URL(`./golden/${name}`, import.meta.url))
const GAP: GapRecord = {
  kind: 'gap',
  lane: 'telemetry',
  epoch: '0123456789abcdef',
  firstSeq: 5,
  lastSeq: 9,
  count: 5,
  reason: 'evicted-full',
  at: 1_790_000_000_000,
}

describe('a record of the events lane', () => {
  it('is an event as CloudEvents 1.0 has it', () => {
    const record = decodeEventsRecord(golden('event.v1.json'))
    expect(record).toMatchObject({ kind: 'event', event: { specversion: '1.0', subject: 'camera-7' } })
    if (record.kind === 'event') expect(decodeEventsRecord(encodeEvent(record.event))).toEqual(record)
  })

  it('is a gap record, whose golden bytes are read and written alike', () => {
    expect(decodeEventsRecord(golden('gap.v1.json'))).toEqual({ kind: 'gap', gap: GAP })
    expect(Buffer.from(encodeGap(GAP)).toString()).toBe(golden('gap.v1.json').toString().trim())
  })

  it('is refused when its count does not suit its range', () => {
    const wrong = Buffer.from(JSON.stringify({ ...GAP, count: 4 }))
    expect(() => decodeEventsRecord(wrong)).toThrow(/counts 4 from 5 to 9/)
  })

  it('names the field that is wrong', () => {
    const { event } = decodeEventsRecord(golden('event.v1.json')) as { event: CloudEvent }
    const wrong = Buffer.from(JSON.stringify({ ...event, place: { lon: 200, lat: 30 } }))
    expect(() => decodeEventsRecord(wrong)).toThrow(expect.objectContaining({ field: 'place.lon' }))
  })

  it('is a value or a typed error for any bytes at all', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array(),
          fc.json().map((text) => Buffer.from(text)),
        ),
        (bytes) => {
          try {
            decodeEventsRecord(bytes)
          } catch (error) {
            expect(isGanzhiError(error)).toBe(true)
          }
        },
      ),
    )
  })
})

describe('a picture', () => {
  it.each([1, 1000, 523_264, 523_265, 2_000_000])('of %i bytes is put together from its parts', (size) => {
    const picture = Uint8Array.from({ length: size }, (_, i) => (i * 31 + (i >> 8)) & 255)
    const { sha256, records } = encodeEvidence(picture, { contentType: 'image/jpeg', at: 5 })
    const parts = records.map(decodeEvidence)
    expect(Buffer.concat(parts.map(({ bytes }) => bytes)).equals(picture)).toBe(true)
    expect(parts.map(({ part }) => [part.object, part.part, part.parts])).toEqual(
      parts.map((_, i) => [sha256, i, parts.length]),
    )
    for (const record of records) expect(record.length).toBeLessThanOrEqual(512 * 1024)
  })

  it('of version 1 is read as it was written when version 1 was fixed', () => {
    const { part, bytes } = decodeEvidence(golden('evidence.v1.bin'))
    expect(Buffer.from(bytes).toString()).toBe('a picture of a street')
    expect(part).toEqual({
      object: createHash('sha256').update('a picture of a street').digest('hex'),
      contentType: 'image/jpeg',
      size: 21,
      part: 0,
      parts: 1,
      at: 1_790_000_000_000,
    })
  })

  it('is a value or a typed error for any bytes at all', () => {
    const [good] = encodeEvidence(Buffer.from('picture'), { contentType: 'image/jpeg', at: 5 }).records
    fc.assert(
      fc.property(fc.nat({ max: good!.length - 1 }), fc.nat({ max: 255 }), (at, byte) => {
        const bytes = Uint8Array.from(good!)
        bytes[at] = byte
        try {
          decodeEvidence(bytes)
        } catch (error) {
          expect(isGanzhiError(error)).toBe(true)
        }
      }),
      { numRuns: 1000 },
    )
  })
})
