import { createHash } from 'node:crypto'
import { describe, expect, it, vi } from 'vitest'
import type { Lane } from '@ganzhi/contracts/record-key'
import type { Outbox } from './outbox.ts'
import { gapIn } from './simulation/cloud-ledger.ts'
import { manualClock } from './simulation/manual-clock.ts'
import { openSimulated, SMALL_LIMITS } from './simulation/outbox-machine.ts'
import { simulatedDisk, type SimulatedDisk } from './simulation/simulated-disk.ts'

const EVERYTHING = { maxBytes: 1e9 }
const ROOMY = { bytes: 1e9, ageMs: 1e12 }
const ROOMY_LIMITS = { ...SMALL_LIMITS, lanes: { events: ROOMY, telemetry: ROOMY, evidence: ROOMY } }

function countOf(disk: SimulatedDisk, wanted: string): () => number {
  let count = 0
  disk.onOperation = (operation) => {
    if (operation === wanted) count++
    return undefined
  }
  return () => count
}

async function seqsIn(outbox: Outbox, lane: Lane, epoch = outbox.epoch): Promise<number[]> {
  return (await outbox.read(lane, epoch, 1, EVERYTHING)).map(({ seq }) => seq)
}

async function gapsIn(outbox: Outbox): Promise<string[]> {
  const epochs = outbox.lanes().filter(({ lane }) => lane === 'events')
  const events = await Promise.all(epochs.map(({ epoch }) => outbox.read('events', epoch, 1, EVERYTHING)))
  return events
    .flat()
    .map(gapIn)
    .filter((gap) => gap !== undefined)
    .map(({ lane, firstSeq, lastSeq, reason }) => `${lane} ${firstSeq}-${lastSeq} ${reason}`)
}

describe('accepting', () => {
  it('numbers each lane from 1 and gives back the bytes, hash and time of the hand-in', async () => {
    const clock = manualClock()
    const outbox = await openSimulated({ disk: simulatedDisk(), seed: 1, clock })
    const body = Buffer.from('a valve has opened')
    const first = await outbox.append('events', body)
    expect(first).toEqual({
      epoch: outbox.epoch,
      seq: 1,
      sha256: createHash('sha256').update(body).digest('hex'),
    })
    expect((await outbox.append('events', body)).seq).toBe(2)
    expect((await outbox.append('evidence', body)).seq).toBe(1)
    const [read] = await outbox.read('events', outbox.epoch, 1, EVERYTHING)
    expect(read).toMatchObject({ ...first, lane: 'events', at: clock.now() })
    expect(Buffer.from(read!.body)).toEqual(body)
  })

  it('keeps the bytes that were handed in when the caller uses its buffer again', async () => {
    const outbox = await openSimulated({ disk: simulatedDisk(), seed: 1 })
    const body = Buffer.from('first')
    const accepted = outbox.append('events', body)
    body.fill(0)
    await accepted
    const [read] = await outbox.read('events', outbox.epoch, 1, EVERYTHING)
    expect(Buffer.from(read!.body).toString()).toBe('first')
  })

  it('syncs telemetry of one interval together, and not before the interval is over', async () => {
    const clock = manualClock()
    const disk = simulatedDisk()
    const outbox = await openSimulated({ disk, seed: 1, clock, telemetryMs: 500 })
    const syncs = countOf(disk, 'sync')
    const accepted = Promise.all([1, 2, 3].map((n) => outbox.append('telemetry', Buffer.alloc(n))))
    clock.advance(499)
    expect(syncs()).toBe(0)
    clock.advance(1)
    expect((await accepted).map(({ seq }) => seq)).toEqual([1, 2, 3])
    expect(syncs()).toBe(1)
  })

  it('syncs an event at once, and together all that came during that sync', async () => {
    const disk = simulatedDisk()
    const outbox = await openSimulated({ disk, seed: 1, telemetryMs: 500 })
    const syncs = countOf(disk, 'sync')
    await Promise.all([1, 2, 3, 4, 5].map((n) => outbox.append('events', Buffer.alloc(n))))
    expect(syncs()).toBe(2)
  })

  it('gives out nothing that is not synced yet', async () => {
    const clock = manualClock()
    const outbox = await openSimulated({ disk: simulatedDisk(), seed: 1, clock, telemetryMs: 500 })
    const accepted = outbox.append('telemetry', Buffer.from('soon'))
    expect(await seqsIn(outbox, 'telemetry')).toEqual([])
    expect(outbox.lanes().find(({ lane }) => lane === 'telemetry')?.head).toBe(0)
    clock.advance(500)
    await accepted
    expect(await seqsIn(outbox, 'telemetry')).toEqual([1])
  })

  it('refuses what is too large, what needs an unknown table, and what memory has no room for', async () => {
    const limits = { ...SMALL_LIMITS, inFlightBytes: 1000 }
    const outbox = await openSimulated({ disk: simulatedDisk(), seed: 1, limits, telemetryMs: 500 })
    await expect(outbox.append('events', Buffer.alloc(524_289))).rejects.toMatchObject({
      code: 'record-too-large',
    })
    const table = 'ab'.repeat(32)
    await expect(outbox.append('telemetry', Buffer.alloc(1), { table })).rejects.toMatchObject({
      code: 'unknown-table',
    })
    void outbox.append('telemetry', Buffer.alloc(800))
    const refused = outbox.append('telemetry', Buffer.alloc(100))
    await expect(refused).rejects.toMatchObject({ code: 'outbox-full', retryable: true })
  })

  it('goes on in a new epoch after a disk error, and takes nothing in for a second', async () => {
    const clock = manualClock()
    const disk = simulatedDisk()
    const outbox = await openSimulated({ disk, seed: 1, clock })
    const before = await outbox.append('events', Buffer.from('1'))
    disk.onOperation = (operation) => (operation === 'sync' ? 'EIO' : undefined)
    await expect(outbox.append('events', Buffer.from('2'))).rejects.toMatchObject({ code: 'outbox-broken' })
    disk.onOperation = () => undefined
    await expect(outbox.append('events', Buffer.from('3'))).rejects.toMatchObject({ code: 'outbox-broken' })
    clock.advance(1000)
    const after = await outbox.append('events', Buffer.from('4'))
    expect(after).toMatchObject({ epoch: outbox.epoch, seq: 1 })
    expect(after.epoch).not.toBe(before.epoch)
    expect(await seqsIn(outbox, 'events', before.epoch)).toEqual([1])
  })

  it('draws another epoch when a gateway without entropy gives it one that is on the disk', async () => {
    const disk = simulatedDisk()
    const first = await openSimulated({ disk, seed: 'same' })
    await first.append('events', Buffer.from('1'))
    const second = await openSimulated({ disk: disk.afterKill(), seed: 'same' })
    expect(second.epoch).not.toBe(first.epoch)
  })
})

describe('point tables', () => {
  const bytes = Buffer.from('temperature, pressure')
  const hash = createHash('sha256').update(bytes).digest('hex')

  it('stand in every segment that uses them, so that any of them is enough', async () => {
    const disk = simulatedDisk()
    const outbox = await openSimulated({ disk, seed: 1, limits: ROOMY_LIMITS })
    outbox.putTable(hash, bytes)
    for (let n = 0; n < 6; n++) await outbox.append('telemetry', Buffer.alloc(900), { table: hash })
    await outbox[Symbol.asyncDispose]()
    const segments = disk.files().filter((file) => file.includes('telemetry'))
    expect(segments.length).toBe(6)
    for (const file of segments) expect(Buffer.from(disk.bytesOf(file)).indexOf(bytes)).toBe(112)
    const again = await openSimulated({ disk, seed: 2 })
    expect(Buffer.from(again.table(hash)!)).toEqual(bytes)
    const [record] = await again.read('telemetry', outbox.epoch, 1, EVERYTHING)
    expect(record?.table).toBe(hash)
  })

  it('are refused when they are not what their hash says', async () => {
    const outbox = await openSimulated({ disk: simulatedDisk(), seed: 1 })
    expect(() => outbox.putTable(hash, Buffer.from('other'))).toThrow(
      expect.objectContaining({ code: 'bad-table' }),
    )
  })

  it('name the batches that nobody can read without them', async () => {
    const outbox = await openSimulated({ disk: simulatedDisk(), seed: 1 })
    outbox.putTable(hash, bytes)
    await outbox.append('telemetry', Buffer.from('plain'))
    await outbox.append('telemetry', Buffer.from('2'), { table: hash })
    await outbox.append('telemetry', Buffer.from('3'), { table: hash })
    await outbox.tableLost(hash)
    expect(await gapsIn(outbox)).toEqual(['telemetry 2-3 table-lost'])
    expect(await seqsIn(outbox, 'telemetry')).toEqual([1])
  })
})

describe('receipts', () => {
  async function filled(
    options: { clock?: ReturnType<typeof manualClock>; limits?: typeof SMALL_LIMITS } = {},
  ) {
    const disk = simulatedDisk()
    const outbox = await openSimulated({ disk, seed: 1, limits: ROOMY_LIMITS, ...options })
    for (let n = 0; n < 6; n++) await outbox.append('telemetry', Buffer.alloc(900))
    return { disk, outbox, epoch: outbox.epoch }
  }
  const all = { contiguous: 6, holes: [], top: 6 }

  it('are still known after a restart', async () => {
    const { disk, outbox, epoch } = await filled()
    await outbox.receipted('telemetry', epoch, { contiguous: 2, holes: [[3, 3]], top: 5 })
    await outbox[Symbol.asyncDispose]()
    const again = await openSimulated({ disk, seed: 2 })
    const find = () => again.lanes().find((state) => state.lane === 'telemetry' && state.epoch === epoch)
    expect(find()).toMatchObject({ first: 1, head: 6, receipted: 2 })
    await again.receipted('telemetry', epoch, { contiguous: 3, holes: [], top: 3 })
    expect(find()).toMatchObject({ receipted: 5 })
  })

  it('for more than there is are not believed later', async () => {
    const { outbox, epoch } = await filled()
    await outbox.receipted('telemetry', epoch, { contiguous: 99, holes: [], top: 99 })
    expect(outbox.lanes().find(({ lane }) => lane === 'telemetry')?.receipted).toBe(6)
    await outbox.append('telemetry', Buffer.alloc(900))
    expect(outbox.lanes().find(({ lane }) => lane === 'telemetry')?.receipted).toBe(6)
  })

  it('let segments go after 72 hours, or before when there is no room, without a gap record', async () => {
    const clock = manualClock()
    const { outbox, epoch } = await filled({ clock })
    await outbox.receipted('telemetry', epoch, { contiguous: 4, holes: [], top: 4 })
    expect(await seqsIn(outbox, 'telemetry', epoch)).toEqual([1, 2, 3, 4, 5, 6])
    clock.advance(SMALL_LIMITS.keepReceiptedMs + 60_000)
    await vi.waitFor(async () => expect(await seqsIn(outbox, 'telemetry', epoch)).toEqual([5, 6]))

    const cramped = await filled({
      limits: { ...ROOMY_LIMITS, lanes: { ...ROOMY_LIMITS.lanes, telemetry: { bytes: 9000, ageMs: 1e12 } } },
    })
    await cramped.outbox.receipted('telemetry', cramped.epoch, { contiguous: 0, holes: [[1, 3]], top: 4 })
    for (let n = 0; n < 3; n++) await cramped.outbox.append('telemetry', Buffer.alloc(900))
    expect(await seqsIn(cramped.outbox, 'telemetry')).toEqual([2, 3, 5, 6, 7, 8, 9])
    expect(await gapsIn(cramped.outbox)).toEqual(['telemetry 1-1 evicted-full'])
  })

  it('that went back make held records unreceipted again, and name those that are gone', async () => {
    const clock = manualClock()
    const { outbox, epoch } = await filled({ clock })
    await outbox.receipted('telemetry', epoch, { contiguous: 4, holes: [], top: 4 })
    clock.advance(SMALL_LIMITS.keepReceiptedMs + 60_000)
    await vi.waitFor(async () => expect(await seqsIn(outbox, 'telemetry', epoch)).toEqual([5, 6]))
    await outbox.receipted('telemetry', epoch, all)
    await outbox.rewind('telemetry', epoch, { contiguous: 1, holes: [], top: 1 })
    expect(await gapsIn(outbox)).toEqual(['telemetry 2-4 receipted-and-dropped'])
    expect(outbox.lanes().find(({ lane }) => lane === 'telemetry')).toMatchObject({ receipted: 1, first: 5 })
    await outbox.rewind('telemetry', epoch, { contiguous: 1, holes: [], top: 1 })
    expect(await gapsIn(outbox)).toEqual(['telemetry 2-4 receipted-and-dropped'])
  })
})

describe('age', () => {
  const limits = {
    ...ROOMY_LIMITS,
    lanes: { ...ROOMY_LIMITS.lanes, telemetry: { bytes: 1e9, ageMs: 3_600_000 } },
  }

  it('is counted in running time over restarts, and what is too old is named', async () => {
    const clock = manualClock()
    const disk = simulatedDisk()
    const outbox = await openSimulated({ disk, seed: 1, clock, limits })
    await outbox.append('telemetry', Buffer.from('old'))
    clock.advance(3_000_000)
    await outbox.append('events', Buffer.from('still there'))
    await outbox[Symbol.asyncDispose]()
    const again = await openSimulated({ disk: disk.afterKill(), seed: 2, clock, limits })
    expect(await seqsIn(again, 'telemetry', outbox.epoch)).toEqual([1])
    clock.advance(700_000)
    await vi.waitFor(async () => expect(await gapsIn(again)).toEqual(['telemetry 1-1 evicted-age']))
    expect(await seqsIn(again, 'telemetry', outbox.epoch)).toEqual([])
  })

  it('is not advanced by a wall clock that jumps to 2099', async () => {
    const clock = manualClock()
    const outbox = await openSimulated({ disk: simulatedDisk(), seed: 1, clock, limits })
    await outbox.append('telemetry', Buffer.from('young'))
    clock.jumpTo(Date.UTC(2099, 0))
    clock.advance(61_000)
    await outbox.append('events', Buffer.from('after the upkeep'))
    expect(await seqsIn(outbox, 'telemetry')).toEqual([1])
    expect(await gapsIn(outbox)).toEqual([])
  })
})
