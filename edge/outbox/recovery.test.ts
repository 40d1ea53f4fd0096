import { describe, expect, it } from 'vitest'
import type { Outbox } from './outbox.ts'
import { gapIn } from './simulation/cloud-ledger.ts'
import { openSimulated } from './simulation/outbox-machine.ts'
import { simulatedDisk, type SimulatedDisk } from './simulation/simulated-disk.ts'

const EVERYTHING = { maxBytes: 1e9 }

function cutPowerAt(disk: SimulatedDisk, operation: string, occurrence: number): void {
  let seen = 0
  disk.onOperation = (now) => {
    if (now === operation && ++seen === occurrence) disk.cutPower()
    return undefined
  }
}

/** A record that was accepted and two of a group whose sync never came back, all of them in the file. */
async function withUnsyncedGroup(): Promise<{ disk: SimulatedDisk; epoch: string; file: string }> {
  const disk = simulatedDisk()
  const outbox = await openSimulated({ disk, seed: 1 })
  cutPowerAt(disk, 'sync', 2)
  const bodies = ['the first', 'the second', 'the third'].map((text) => Buffer.from(text))
  const accepted = await Promise.allSettled(bodies.map((body) => outbox.append('events', body)))
  expect(accepted.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected'])
  const after = disk.afterKill()
  return {
    disk: after,
    epoch: outbox.epoch,
    file: after.files().find((file) => file.includes('events')) ?? '',
  }
}

function damage(disk: SimulatedDisk, file: string, text: string): void {
  const bytes = disk.bytesOf(file)
  const at = Buffer.from(bytes).indexOf(text)
  expect(at).toBeGreaterThan(0)
  bytes[at] = 0
}

async function eventsOf(outbox: Outbox): Promise<string[]> {
  const texts: string[] = []
  for (const { epoch } of outbox.lanes().filter(({ lane }) => lane === 'events')) {
    for (const record of await outbox.read('events', epoch, 1, EVERYTHING)) {
      const gap = gapIn(record)
      texts.push(gap ? `${gap.firstSeq}-${gap.lastSeq} ${gap.reason}` : Buffer.from(record.body).toString())
    }
  }
  return texts
}

describe('an outbox that was killed', () => {
  it('keeps whole records of a group whose sync never came back, since they may have been told as accepted', async () => {
    const { disk } = await withUnsyncedGroup()
    const outbox = await openSimulated({ disk, seed: 2 })
    expect(await eventsOf(outbox)).toEqual(['the first', 'the second', 'the third'])
  })

  it('cuts a torn group off at the first damage, and names nothing: nobody was told that it is accepted', async () => {
    const { disk, file } = await withUnsyncedGroup()
    damage(disk, file, 'the second')
    const outbox = await openSimulated({ disk, seed: 2 })
    expect(await eventsOf(outbox)).toEqual(['the first'])
    expect(outbox.lanes()[0]).toMatchObject({ lane: 'events', head: 1 })
  })

  it('names damage below the last mark, and keeps what stands behind it', async () => {
    const { disk, file } = await withUnsyncedGroup()
    damage(disk, file, 'the first')
    const outbox = await openSimulated({ disk, seed: 2 })
    await outbox.append('events', Buffer.from('the next start'))
    expect(await eventsOf(outbox)).toEqual(['the second', 'the third', '1-1 rotten', 'the next start'])
  })

  it('deletes what was named as evicted when the power went', async () => {
    const disk = simulatedDisk()
    const outbox = await openSimulated({ disk, seed: 1 })
    const { epoch } = outbox
    cutPowerAt(disk, 'remove', 1)
    for (let n = 0; n < 20; n++) await outbox.append('telemetry', Buffer.alloc(900)).catch(() => undefined)
    const rest = disk.afterPowerCut(() => 0.9)
    const isFirst = (file: string): boolean => file.includes(`telemetry-${epoch}-1-`)
    expect(rest.files().filter(isFirst)).toHaveLength(1)
    const again = await openSimulated({ disk: rest, seed: 2 })
    expect(rest.files().filter(isFirst)).toEqual([])
    expect(await eventsOf(again)).toEqual(['1-1 evicted-full'])
  })
})
