import { existsSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { startAgent } from './lab/gateway.ts'
import { query, startIngest } from './lab/ingest-role.ts'
import { type Lab, openLab } from './lab/lab.ts'
import { MissingData } from './missing-data.ts'
import { type Bench, rounded } from './result.ts'
import { type SceneName, SCENES } from '@ganzhi/deploy/supervisor/simulated-cameras'
import { type CityCamera, happeningsOf, startCity } from './scenes/city.ts'
import { type Happening, scoreOf, type ToldIncident } from './scenes/score.ts'
import { SETTLE_MS, watchedBy, type WatchOptions } from './scenes/watchers.ts'

const MARK = 0.95
const DWELL_S = 30
const FPS = 1
/** A static thing is told from the background only where there was one. */
const WARM_UP_MS = 15_000
const STREET_SMALL = fileURLToPath(new URL('../models/street-small', import.meta.url))
const KEY = fileURLToPath(new URL('../models/street-small.pub', import.meta.url))

interface Part extends Pick<WatchOptions, 'over'> {
  readonly streets: number
  /** How often its films are played. */
  readonly plays: number
}

const WHOLE: readonly Part[] = [
  ...Array.from({ length: 3 }, (): Part => ({ over: 'mjpeg', streets: 9, plays: 2.5 })),
  { over: 'rtsp', streets: 6, plays: 2 },
]
const QUICK: readonly Part[] = [{ over: 'mjpeg', streets: 6, plays: 1.4 }]

interface Watched {
  readonly camera: CityCamera
  readonly happenings: readonly Happening[]
  readonly told: readonly ToldIncident[]
}

/** Rendered streets before real agents, to the platform's database: what was told of what truly happened. */
export const scenes: Bench = async ({ seed, quick, say, signal }) => {
  if (!existsSync(STREET_SMALL)) throw new MissingData(`${STREET_SMALL} is not there: nothing is measured`)
  const parts = quick ? QUICK : WHOLE
  const minutes = parts.reduce((sum, { plays }) => sum + plays * (2 * DWELL_S + 78) + 45, 0) / 60
  say(`seed ${seed}: ${parts.length} parts, about ${Math.ceil(minutes)} minutes`)
  const watched: Watched[] = []
  for (const [number, part] of parts.entries()) {
    const seen = await play(part, seed + number, signal)
    watched.push(...seen)
    say(`part ${number + 1} of ${parts.length}: ${JSON.stringify(scoresOf(seen))}`)
  }
  const scores = scoresOf(watched)
  const worst = Math.min(...Object.values(scores).flatMap(({ precision, recall }) => [precision, recall]))
  const flawless = Object.values(scores).every(
    ({ twice, endedWithoutPicture, medianDelayS }) =>
      twice === 0 && endedWithoutPicture === 0 && medianDelayS <= 2,
  )
  return {
    value: worst,
    yardstick: 1,
    ratio: rounded(worst),
    mark: MARK,
    ok: worst >= MARK && flawless,
    seed,
    scores,
  }
}

function scoresOf(watched: readonly Watched[]) {
  const scores = SCENES.map((scene) => {
    const mine = watched.filter(({ camera }) => camera.scene === scene)
    const happenings = mine.flatMap((one) => one.happenings)
    return [
      scene,
      scoreOf(
        happenings,
        mine.flatMap(({ told }) => told),
        DWELL_S * 1_000,
      ),
    ] as const
  })
  return Object.fromEntries(scores) as Record<SceneName, ReturnType<typeof scoreOf>>
}

async function play({ streets, plays, over }: Part, seed: number, signal: AbortSignal): Promise<Watched[]> {
  await using lab = await openLab({ timescale: false })
  await using _ingest = await startIngest(lab)
  await using city = await startCity({ dir: lab.dir, seed, streets, dwellS: DWELL_S, fps: FPS, over })
  const model = { package: STREET_SMALL }
  const cameras = watchedBy(city.cameras, { dwellS: DWELL_S, fps: FPS, over })
  await using _agent = await startAgent({
    dir: lab.dir,
    name: 'watching',
    natsUrl: lab.natsUrl,
    config: { vision: { trustedKeys: [KEY], models: { street: model }, cameras } },
  })
  const [{ programme: { lastsMs } } = { programme: { lastsMs: 0 } }] = city.cameras
  await pause(WARM_UP_MS, undefined, { signal })
  const from = Date.now()
  await pause(plays * lastsMs, undefined, { signal })
  const to = Date.now()
  await pause(SETTLE_MS, undefined, { signal })
  const told = await incidentsIn(lab)
  return city.cameras.map((camera) => ({
    camera,
    happenings: happeningsOf(camera, from, to),
    told: told.filter((one) => one.camera === camera.id && one.startedAt >= from && one.startedAt <= to),
  }))
}

async function incidentsIn(lab: Lab): Promise<ToldIncident[]> {
  return query(lab, async (client) => {
    const { rows } = await client.query<{
      camera: string
      zone: string
      started: Date
      ended: boolean
      after: boolean
    }>(`
      SELECT s.subject AS camera, s.body #>> '{data,zone}' AS zone, s.time AS started,
        e.id IS NOT NULL AS ended,
        EXISTS (
          SELECT FROM json_array_elements(e.body -> 'evidence') ref
          JOIN evidence v ON v.sha256 = decode(ref ->> 'sha256', 'hex') AND v.state = 'stored'
          WHERE ref ->> 'role' = 'after'
        ) AS after
      FROM event s LEFT JOIN event e ON e.incident = s.incident AND e.type LIKE '%.ended'
      WHERE s.type LIKE '%.started'`)
    return rows.map(({ camera, zone, started, ended, after }) => ({
      camera,
      zone,
      startedAt: started.getTime(),
      ended,
      hasAfterPicture: after,
    }))
  })
}
