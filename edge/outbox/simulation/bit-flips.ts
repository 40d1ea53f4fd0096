import { openSimulated } from './outbox-machine.ts'
import { outboxOracle, type OutboxOracle } from './outbox-oracle.ts'
import { randomStream, type RandomStream } from './random-stream.ts'
import { simulatedDisk, type SimulatedDisk } from './simulated-disk.ts'

export interface FlipResult {
  readonly file: string
  readonly bit: number
  /** Records that were named as rotten. */
  readonly rotten: number
  /** Promises broken; empty is good. */
  readonly owed: readonly string[]
}

/**
 * Fills an outbox, flips one random bit of one of its files and opens it again. Every second time it was closed
 * before; else it was killed.
 */
export async function flipOneBit(seed: string | number): Promise<FlipResult> {
  const random = randomStream(`flip ${seed}`)
  const oracle = outboxOracle()
  const disk = await fill(oracle, random, String(seed))

  const files = disk.files().filter((file) => disk.bytesOf(file).length > 0)
  const file = files[Math.floor(random.chance() * files.length)] ?? ''
  const bytes = disk.bytesOf(file)
  const bit = Math.floor(random.chance() * bytes.length * 8)
  bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7))

  const outbox = await openSimulated({ disk, seed: `${seed} again` })
  const owed = await oracle.check(outbox)
  await oracle.cloud.drain(outbox)
  const rotten = oracle.cloud.gaps
    .filter(({ reason }) => reason === 'rotten')
    .reduce((sum, { count }) => sum + count, 0)
  return { file, bit, rotten, owed: [...owed, ...(await oracle.check(outbox))] }
}

async function fill(oracle: OutboxOracle, random: RandomStream, seed: string): Promise<SimulatedDisk> {
  let disk = simulatedDisk()
  const closed = random.chance() < 0.5
  for (const start of ['first', 'second']) {
    const outbox = await openSimulated({ disk, seed: `${seed} ${start}` })
    for (let round = 0; round < 4; round++) {
      await Promise.all([
        oracle.append(outbox, 'events', random.bytes(20 + Math.floor(random.chance() * 400))),
        oracle.append(outbox, 'telemetry', random.bytes(Math.floor(random.chance() * 900))),
        oracle.append(outbox, 'telemetry', random.bytes(Math.floor(random.chance() * 900))),
        oracle.append(outbox, 'evidence', random.bytes(300)),
      ])
    }
    if (closed) await outbox[Symbol.asyncDispose]()
    disk = disk.afterKill()
  }
  return disk
}
