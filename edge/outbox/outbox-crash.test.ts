import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { Outbox } from './outbox.ts'
import { openSimulated } from './simulation/outbox-machine.ts'
import { outboxOracle, type OutboxOracle } from './simulation/outbox-oracle.ts'
import { randomStream } from './simulation/random-stream.ts'
import { simulatedDisk, type SimulatedDisk } from './simulation/simulated-disk.ts'

const TABLE = Buffer.from('a point table')
const TABLE_HASH = createHash('sha256').update(TABLE).digest('hex')

/** Rolls, evicts, receipts and closes, all within some two hundred disk operations. */
async function work(disk: SimulatedDisk, oracle: OutboxOracle, seed: string): Promise<void> {
  const body = randomStream(`${seed} bodies`)
  const outbox = await openSimulated({ disk, seed })
  outbox.putTable(TABLE_HASH, TABLE)
  for (let round = 0; round < 8; round++) {
    await Promise.all([
      oracle.append(outbox, 'events', body.bytes(100)),
      oracle.append(outbox, 'events', body.bytes(700)),
      ...[1, 2, 3].map((n) => oracle.append(outbox, 'telemetry', body.bytes(n * 200), TABLE_HASH)),
      oracle.append(outbox, 'evidence', body.bytes(900)),
    ])
    if (round === 3) await receiptHalf(outbox, oracle)
  }
  await outbox[Symbol.asyncDispose]()
}

async function receiptHalf(outbox: Outbox, { cloud }: OutboxOracle): Promise<void> {
  for (const record of await outbox.read('telemetry', outbox.epoch, 1, { maxBytes: 2500 })) cloud.take(record)
  for (const record of await outbox.read('events', outbox.epoch, 3, { maxBytes: 1000 })) cloud.take(record)
  for (const lane of ['telemetry', 'events'] as const) {
    await outbox.receipted(lane, outbox.epoch, cloud.coverage(lane, outbox.epoch))
  }
}

async function totalOperations(): Promise<number> {
  const disk = simulatedDisk()
  const oracle = outboxOracle()
  await work(disk, oracle, 'whole')
  expect(oracle.accepted.size).toBe(48)
  const outbox = await openSimulated({ disk, seed: 'after' })
  expect(await oracle.check(outbox)).toEqual([])
  expect(outbox.lanes().find(({ lane, head }) => lane === 'telemetry' && head > 0)?.first).toBeGreaterThan(1)
  return disk.operations()
}

describe('an outbox whose machine loses power', () => {
  it('owes nothing after a cut at any operation of its life, whatever part of the unsynced writes survived', async () => {
    const operations = await totalOperations()
    expect(operations).toBeGreaterThan(150)
    for (let cutAt = 1; cutAt <= operations; cutAt++) {
      for (const variant of ['a', 'b']) {
        const seed = `cut ${cutAt} ${variant}`
        const oracle = outboxOracle()
        const disk = simulatedDisk()
        disk.onOperation = (_operation, count) => {
          if (count === cutAt) disk.cutPower()
          return undefined
        }
        await work(disk, oracle, seed).catch(() => undefined)
        const remains = randomStream(`${seed} remains`)
        const chance = (): number => remains.chance()
        const secondLife = disk.afterPowerCut(chance)
        const again = await openSimulated({ disk: secondLife, seed: `${seed} again` })
        expect({ seed, owed: await oracle.check(again) }).toEqual({ seed, owed: [] })
        await oracle.append(again, 'events', Buffer.from('after the cut'))
        // A cut that finds everything at rest, and the disk as the recovery left it.
        const third = await openSimulated({ disk: secondLife.afterPowerCut(chance), seed: `${seed} third` })
        expect({ seed, twice: await oracle.check(third) }).toEqual({ seed, twice: [] })
        await oracle.cloud.drain(third)
        expect({ seed, drained: await oracle.check(third) }).toEqual({ seed, drained: [] })
        // A torn write was never accepted, and is nobody's loss.
        const rotten = oracle.cloud.gaps.filter(({ reason }) => reason === 'rotten')
        expect({ seed, rotten }).toEqual({ seed, rotten: [] })
      }
    }
  }, 240_000)
})
