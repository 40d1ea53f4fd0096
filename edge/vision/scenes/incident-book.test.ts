import { decodeEventsRecord } from '@ganzhi/contracts/event'
import type { SceneEvent } from '@ganzhi/contracts/scene-event'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestOutbox, storyAgain, watchStreet } from './street-watcher.ts'

const WATCHER = new URL('./street-watcher.ts', import.meta.url)

let root: string
beforeAll(async () => void (root = await mkdtemp(join(tmpdir(), 'ganzhi-incidents-'))))
afterAll(() => rm(root, { recursive: true, force: true }))

/** In a process that ends with SIGKILL before the disk operation told. */
async function watchUntilKilled(dir: string, killAt: number): Promise<'killed' | 'done'> {
  const child = fork(WATCHER, [dir, String(killAt)], { stdio: 'inherit' })
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null]
  if (signal === 'SIGKILL') return 'killed'
  expect(code).toBe(0)
  return 'done'
}

/** All that ever was accepted, in its order. */
async function accepted(dir: string): Promise<SceneEvent[]> {
  await using outbox = await openTestOutbox(dir)
  const events: SceneEvent[] = []
  for (const { lane, epoch, first, head } of outbox.lanes()) {
    if (lane !== 'events' || head < first) continue
    for (const { body } of await outbox.read(lane, epoch, first, { maxBytes: 1 << 24 })) {
      const record = decodeEventsRecord(body)
      if (record.kind === 'event') events.push(record.event as SceneEvent)
    }
  }
  return events
}

const PHASES = ['started', 'updated', 'updated', 'ended']
const phasesOf = (events: readonly SceneEvent[]) =>
  events.map(({ type }) => type.slice(type.lastIndexOf('.') + 1))

describe('an incident', () => {
  it('starts once and ends once, under one id, wherever the process is killed with -9', async () => {
    let killAt = 0
    let killed = 0
    let done = false
    async function killFurther(): Promise<void> {
      while (!done) {
        const at = ++killAt
        const dir = join(root, `kill-${at}`)
        await mkdir(dir)
        const ended = await watchUntilKilled(dir, at)
        if (ended === 'done') done = true
        else await watchStreet(dir)
        killed += ended === 'killed' ? 1 : 0
        const events = await accepted(dir)
        expect({ at, phases: phasesOf(events) }).toEqual({ at, phases: PHASES })
        expect(new Set(events.map(({ incident }) => incident)).size).toBe(1)
        expect(new Set(events.map(({ id }) => id)).size).toBe(PHASES.length)
      }
    }
    await Promise.all([killFurther(), killFurther(), killFurther()])
    expect(killed).toBeGreaterThan(30)
  }, 300_000)

  it('goes on without the file beside the outbox, and with one that is torn', async () => {
    const harms = [(file: string) => rm(file), (file: string) => writeFile(file, '{"pages":[{"ev')]
    for (const [i, harm] of harms.entries()) {
      const dir = join(root, `harm-${i}`)
      await mkdir(dir)
      await watchStreet(dir)
      const before = await accepted(dir)
      await harm(join(dir, 'scenes', 'incidents.json'))
      storyAgain(dir)
      await watchStreet(dir)
      const after = await accepted(dir)
      // A second crowd, and not one event more of the first.
      expect(phasesOf(after.slice(before.length))).toEqual(PHASES)
      expect(after.at(-1)?.incident).not.toBe(before[0]?.incident)
    }
  }, 60_000)

  it('that is over does not come back when the outbox has let go of it', async () => {
    const dir = join(root, 'evicted')
    await mkdir(dir)
    await watchStreet(dir)
    await rm(join(dir, 'outbox'), { recursive: true })
    storyAgain(dir)
    await watchStreet(dir)
    const [first] = await accepted(dir)
    expect(first?.type).toBe('cn.ganzhi.vision.crowd-gathering.started')
    const kept = await readFile(join(dir, 'scenes', 'incidents.json'), 'utf8')
    expect(kept).toContain(first?.incident)
  }, 60_000)
})
