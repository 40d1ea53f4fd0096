import { isGanzhiError } from '@ganzhi/contracts/error'
import type { GapRecord } from '@ganzhi/contracts/gap'
import { describe, expect, it } from 'vitest'
import type { Outbox } from './outbox.ts'
import { manualClock, type ManualClock } from './simulation/manual-clock.ts'
import { openSimulated, SMALL_LIMITS } from './simulation/outbox-machine.ts'
import { outboxOracle, type OutboxOracle } from './simulation/outbox-oracle.ts'
import { randomStream } from './simulation/random-stream.ts'
import { simulatedDisk, type SimulatedDisk } from './simulation/simulated-disk.ts'

interface Life {
  readonly disk: SimulatedDisk
  readonly oracle: OutboxOracle
  readonly clock: ManualClock
  readonly seed: string
}

/** Opens as a supervisor does: again, when it fails. */
async function openPatiently({ disk, clock, seed }: Life): Promise<Outbox> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await openSimulated({ disk, clock, seed: `${seed} ${attempt}` })
    } catch (error) {
      if (!isGanzhiError(error, 'outbox-broken') || attempt === 5) throw error
    }
  }
}

async function work(life: Life): Promise<Outbox> {
  const { oracle, clock, seed } = life
  const body = randomStream(`${seed} bodies`)
  const outbox = await openPatiently(life)
  for (let round = 0; round < 6; round++) {
    await Promise.all([
      oracle.append(outbox, 'events', body.bytes(300)),
      ...[1, 2, 3].map((n) => oracle.append(outbox, 'telemetry', body.bytes(n * 250))),
      oracle.append(outbox, 'evidence', body.bytes(700)),
    ])
    if (round === 3) await oracle.cloud.drain(outbox).catch(() => undefined)
    clock.advance(2000)
  }
  return outbox
}

function newLife(
  seed: string,
  errors: (count: number, operation: string) => 'EIO' | 'ENOSPC' | undefined,
): Life {
  const disk = simulatedDisk()
  disk.onOperation = (operation, count) => errors(count, operation)
  return { disk, oracle: outboxOracle(), clock: manualClock(), seed }
}

const isRotten = ({ reason }: GapRecord): boolean => reason === 'rotten'

async function operationsOfWork(): Promise<number> {
  const life = newLife('whole', () => undefined)
  await work(life)
  expect(life.oracle.accepted.size).toBe(30)
  return life.disk.operations()
}

describe('an outbox whose disk fails', () => {
  it.each([
    ['EIO', 1],
    ['EIO', 3],
    ['ENOSPC', 1],
    ['ENOSPC', 3],
  ] as const)('owes nothing after %s at any %d operations in a row', async (code, errors) => {
    const operations = await operationsOfWork()
    expect(operations).toBeGreaterThan(100)
    for (let failAt = 1; failAt <= operations; failAt++) {
      const seed = `${errors} ${code} ${failAt}`
      const life = newLife(seed, (count) => (count >= failAt && count < failAt + errors ? code : undefined))
      const outbox = await work(life)
      life.disk.onOperation = () => undefined
      expect({ seed, owed: await life.oracle.check(outbox) }).toEqual({ seed, owed: [] })
      // An error costs the group that met it: the outbox goes on.
      expect(life.oracle.accepted.size).toBeGreaterThanOrEqual(30 - 4 * errors)

      // The agent is killed: the page cache, and what the failed sync left in it, lives on.
      const killed = life.disk.afterKill()
      const second = await openSimulated({ disk: killed, seed: `${seed} killed` })
      expect({ seed, killed: await life.oracle.check(second) }).toEqual({ seed, killed: [] })
      await life.oracle.append(second, 'events', Buffer.from('going on'))
      const remains = randomStream(`${seed} remains`)
      const third = await openSimulated({
        disk: killed.afterPowerCut(() => remains.chance()),
        seed: `${seed} cut`,
      })
      expect({ seed, cut: await life.oracle.check(third) }).toEqual({ seed, cut: [] })
      await life.oracle.cloud.drain(third)
      // Named is not enough here: nothing has rotted.
      expect({ seed, rotten: life.oracle.cloud.gaps.filter(isRotten) }).toEqual({ seed, rotten: [] })
    }
  })

  it.each(['EIO', 'ENOSPC'] as const)('owes nothing when every seventh operation is an %s', async (code) => {
    for (let phase = 0; phase < 7; phase++) {
      const seed = `seventh ${code} ${phase}`
      const life = newLife(seed, (count) => (count % 7 === phase && count > 20 ? code : undefined))
      const outbox = await work(life)
      life.disk.onOperation = () => undefined
      life.clock.advance(2000)
      await life.oracle.append(outbox, 'events', Buffer.from('the disk is well again'))
      expect({ seed, owed: await life.oracle.check(outbox) }).toEqual({ seed, owed: [] })
    }
  })

  it('never syncs a file again whose sync failed', async () => {
    const failed = new Set<string>()
    const again: string[] = []
    const life = newLife('sync', () => undefined)
    let opened = ''
    life.disk.onOperation = (operation, count, path) => {
      if (operation === 'open') opened = path
      if (operation !== 'sync') return undefined
      if (failed.has(path) && opened !== path) again.push(path)
      if (count % 5 !== 0 || path.endsWith('receipts.next')) return undefined
      failed.add(path)
      opened = ''
      return 'EIO'
    }
    await work(life)
    expect(failed.size).toBeGreaterThan(2)
    expect(again).toEqual([])
  })
})

describe('an outbox on a disk that is full', () => {
  it('keeps accepting telemetry by letting go of the oldest, with a gap record for exactly that', async () => {
    const life = newLife('full', () => undefined)
    life.disk.capacityBytes = 16_000
    const roomy = { bytes: 1_000_000, ageMs: 1e12 }
    const limits = { ...SMALL_LIMITS, lanes: { events: roomy, telemetry: roomy, evidence: roomy } }
    const outbox = await openSimulated({ ...life, limits })
    const body = randomStream('full')
    for (let n = 0; n < 60; n++) await life.oracle.append(outbox, 'telemetry', body.bytes(500))
    await life.oracle.append(outbox, 'events', body.bytes(500))
    expect(life.oracle.accepted.size).toBe(61)
    expect(await life.oracle.check(outbox)).toEqual([])
    const telemetry = outbox.lanes().find(({ lane, head }) => lane === 'telemetry' && head > 0)
    expect(telemetry?.first).toBeGreaterThan(30)
    expect((await outbox.read('events', outbox.epoch, 1, { maxBytes: 1e6 })).length).toBeGreaterThan(2)
  })

  it('refuses telemetry when only events are left, and takes it again when they are receipted', async () => {
    const life = newLife('events', () => undefined)
    life.disk.capacityBytes = 16_000
    const outbox = await openSimulated(life)
    const body = randomStream('events')
    for (let n = 0; n < 13; n++) await life.oracle.append(outbox, 'events', body.bytes(900))
    const before = life.oracle.accepted.size
    await expect(outbox.append('telemetry', body.bytes(1900))).rejects.toMatchObject({
      code: 'outbox-full',
      retryable: true,
    })
    expect(await life.oracle.check(outbox)).toEqual([])
    await life.oracle.cloud.drain(outbox)
    await life.oracle.append(outbox, 'telemetry', body.bytes(1900))
    expect(life.oracle.accepted.size).toBe(before + 1)
    expect(await life.oracle.check(outbox)).toEqual([])
  })
})
