import { placeScenes } from '@ganzhi/firmware-config/scenes/placed-scene'
import { loadScenes } from '@ganzhi/firmware-config/scenes/scene-folder'
import { type ManualClock, manualClock } from '@ganzhi/device-drivers/manual-clock'
import { randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { pino } from 'pino'
import type { Disk, DiskFile } from '../../outbox/disk.ts'
import { DEFAULT_LIMITS } from '../../outbox/limits.ts'
import { nodeDisk } from '../../outbox/node-disk.ts'
import { openOutbox } from '../../outbox/open-outbox.ts'
import type { Outbox } from '../../outbox/outbox.ts'
import { SceneDesk } from './scene-desk.ts'

const BEGIN = Date.UTC(2026, 10, 21, 8)
/** A crowd is there for a minute, and the camera goes black in between; then nobody comes for a while. */
const STORY = { crowdUntil: 80, black: [20, 60], ends: 105, again: 1_000 } as const
const TIMING = { confirmSeconds: 5, clearSeconds: 10, repeatSeconds: 0 }
const log = pino({ level: 'silent' })

export function openTestOutbox(
  dir: string,
  disk = nodeDisk,
  clock: ManualClock = manualClock(),
): Promise<Outbox> {
  const options = { dir: join(dir, 'outbox'), disk, clock, random: randomBytes, log }
  return openOutbox({ ...options, limits: DEFAULT_LIMITS, commit: { telemetryMs: 0 } })
}

/** A disk that kills the process with -9 before an operation; 0 never. */
function deadlyDisk(killAt: number): Disk & { readonly busy: () => boolean } {
  let count = 0
  let under = 0
  async function step<T>(operation: () => Promise<T>): Promise<T> {
    count += 1
    if (count === killAt) process.kill(process.pid, 'SIGKILL')
    under += 1
    try {
      return await operation()
    } finally {
      under -= 1
    }
  }
  const deadlyFile = (file: DiskFile): DiskFile => ({
    ...file,
    write: (bytes, position) => step(() => file.write(bytes, position)),
    truncate: (size) => step(() => file.truncate(size)),
    sync: () => step(() => file.sync()),
  })
  return {
    ...nodeDisk,
    open: async (path, how) => deadlyFile(await step(() => nodeDisk.open(path, how))),
    rename: (from, to) => step(() => nodeDisk.rename(from, to)),
    remove: (path) => step(() => nodeDisk.remove(path)),
    syncDir: (path) => step(() => nodeDisk.syncDir(path)),
    busy: () => under > 0,
  }
}

/** Goes on where the world is, which is not on the disk that fails, up to the end of the story. */
export async function watchStreet(dir: string, killAt = 0): Promise<void> {
  const world = join(dir, 'world')
  const started = secondIn(world)
  const clock = manualClock(BEGIN + started * 1_000)
  const disk = deadlyDisk(killAt)
  await using outbox = await openTestOutbox(dir, disk, clock)
  const options = {
    gateway: 'gw-01',
    dir: join(dir, 'scenes'),
    disk,
    outbox,
    clock,
    random: randomBytes,
    log,
  }
  await using desk = await SceneDesk.open(options)
  const placed = placeScenes(await loadScenes(), [
    { scene: 'crowd-gathering', zones: [WHOLE], timing: TIMING },
  ])
  if (!('scenes' in placed)) throw new Error(JSON.stringify(placed.faults))
  const watch = desk.watch({ camera: 'camera-1', scenes: placed.scenes })
  for (let second = started; second % STORY.again <= STORY.ends; second++) {
    writeFileSync(world, String(second + 1))
    await clock.advance(1_000)
    const inStory = second % STORY.again
    const black = inStory >= STORY.black[0] && inStory < STORY.black[1]
    watch.cameraIs({ kind: black ? 'black' : 'live' })
    watch.see({
      camera: 'camera-1',
      frame: { width: 100, height: 100, rgb: new Uint8Array(30_000), at: clock.now() },
      model: { id: 'test/people', version: 1 },
      detections: inStory < STORY.crowdUntil && !black ? CROWD : [],
      tracks: { at: clock.now(), nextId: 1, all: [] },
    })
    do await turn()
    while (disk.busy())
  }
}

/** After the story comes the same one again, with other people. */
export function storyAgain(dir: string): void {
  const world = join(dir, 'world')
  writeFileSync(world, String((Math.floor(secondIn(world) / STORY.again) + 1) * STORY.again))
}

function secondIn(world: string): number {
  try {
    return Number(readFileSync(world, 'utf8'))
  } catch {
    return 0
  }
}

const WHOLE = {
  id: 'square',
  polygon: [
    [0, 0],
    [1, 0],
    [1, 1],
    [0, 1],
  ] as [number, number][],
}
const CROWD = Array.from({ length: 9 }, (_, i) => ({
  label: 'person',
  score: 0.8,
  box: [30 + 4 * i, 40, 36 + 4 * i, 60] as const,
}))

if (process.argv[1] === import.meta.filename) {
  await watchStreet(process.argv[2] ?? '', Number(process.argv[3]))
}
