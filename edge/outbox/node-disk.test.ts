import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { systemClock } from './clock.ts'
import { DEFAULT_LIMITS, type OutboxLimits } from './limits.ts'
import { nodeDisk } from './node-disk.ts'
import { openOutbox } from './open-outbox.ts'
import type { Outbox } from './outbox.ts'
import { outboxOracle } from './simulation/outbox-oracle.ts'

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'ganzhi-outbox-'))
})
afterEach(() => rm(dir, { recursive: true }))

function open(limits: OutboxLimits = DEFAULT_LIMITS): Promise<Outbox> {
  return openOutbox({
    dir,
    disk: nodeDisk,
    clock: systemClock,
    random: randomBytes,
    limits,
    commit: { telemetryMs: 5 },
    log: pino({ level: 'silent' }),
  })
}

describe('an outbox on a real disk', () => {
  it('has every record that a killed process was told is accepted, and is open again at once', async () => {
    const accepted = new Map<string, string>()
    for (let round = 0; round < 4; round++) {
      const script = join(import.meta.dirname, 'simulation/accepting-process.ts')
      const child = spawn(process.execPath, [script, dir], { stdio: ['ignore', 'pipe', 'inherit'] })
      let output = ''
      for await (const chunk of child.stdout) {
        output += String(chunk)
        if (output.split('\n').length > 60) child.kill('SIGKILL')
      }
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
      for (const line of output.split('\n').slice(0, -1)) {
        accepted.set(line.slice(0, line.lastIndexOf(' ')), line.slice(line.lastIndexOf(' ') + 1))
      }
    }
    await using outbox = await open()
    const there = new Map<string, string>()
    for (const { lane, epoch } of outbox.lanes()) {
      for (const { seq, body } of await outbox.read(lane, epoch, 1, { maxBytes: 1e9 })) {
        there.set(`${lane} ${epoch} ${seq}`, createHash('sha256').update(body).digest('hex'))
      }
    }
    expect(accepted.size).toBeGreaterThan(200)
    expect([...accepted].filter(([key, sha256]) => there.get(key) !== sha256)).toEqual([])
  })

  it('is open in one place only', async () => {
    await using outbox = await open()
    await expect(open()).rejects.toMatchObject({ code: 'outbox-locked', retryable: true })
    await outbox[Symbol.asyncDispose]()
    await using again = await open()
    expect(again.epoch).not.toBe(outbox.epoch)
  })

  it('reads bodies larger than its reading window, each one whole', async () => {
    await using outbox = await open()
    const bodies = [512 * 1024, 1, 300_000, 0, 512 * 1024, 99].map((size) => randomBytes(size))
    for (const body of bodies) await outbox.append('evidence', body)
    const read = await outbox.read('evidence', outbox.epoch, 1, { maxBytes: 1e9 })
    expect(read.map(({ body }) => Buffer.compare(body, bodies.shift() ?? Buffer.alloc(0)))).toEqual([
      0, 0, 0, 0, 0, 0,
    ])
  })

  it('evicts and names on a full file system, and owes nothing', async (test) => {
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', dir], { stdio: 'ignore' })
    } catch {
      test.skip('no right to mount a tmpfs of 1 MiB')
    }
    try {
      const limits = { ...DEFAULT_LIMITS, segmentBytes: 100_000, reserveBytes: 32_768 }
      const oracle = outboxOracle()
      {
        await using outbox = await open(limits)
        for (let n = 0; n < 150; n++) {
          await Promise.all([
            oracle.append(outbox, 'telemetry', randomBytes(20_000)),
            n % 10 === 0 ? oracle.append(outbox, 'events', randomBytes(300)) : undefined,
          ])
        }
        expect(await oracle.check(outbox)).toEqual([])
        expect(oracle.accepted.size).toBe(165)
      }
      await using again = await open(limits)
      expect(await oracle.check(again)).toEqual([])
      await oracle.cloud.drain(again, 100_000)
      expect(await oracle.check(again)).toEqual([])
      const lost = oracle.cloud.gaps.reduce((sum, { count }) => sum + count, 0)
      expect(lost).toBeGreaterThan(90)
      expect([...oracle.accepted.keys()].filter((key) => !oracle.cloud.stored.has(key)).length).toBe(lost)
    } finally {
      execFileSync('umount', [dir])
    }
  })
})
