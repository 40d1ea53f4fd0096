import { randomBytes } from 'node:crypto'
import { writeSync } from 'node:fs'
import { pino } from 'pino'
import { systemClock } from '../clock.ts'
import { DEFAULT_LIMITS } from '../limits.ts'
import { nodeDisk } from '../node-disk.ts'
import { openOutbox } from '../open-outbox.ts'

/** Appends to the outbox in argv[2] until it is killed, and writes a line for each record that was accepted. */
const outbox = await openOutbox({
  dir: process.argv[2] ?? '',
  disk: nodeDisk,
  clock: systemClock,
  random: randomBytes,
  limits: { ...DEFAULT_LIMITS, segmentBytes: 50_000 },
  commit: { telemetryMs: 5 },
  log: pino({ level: 'silent' }),
})

async function appendForever(lane: 'events' | 'telemetry'): Promise<never> {
  for (;;) {
    const { epoch, seq, sha256 } = await outbox.append(lane, randomBytes(2000))
    writeSync(1, `${lane} ${epoch} ${seq} ${sha256}\n`)
  }
}

await Promise.all([appendForever('events'), appendForever('telemetry'), appendForever('telemetry')])
