import { sleep, systemClock as deviceClock } from '@ganzhi/device-drivers/clock'
import { randomBytes, randomUUID } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import type { Logger } from 'pino'
import { startAcquisition } from '../acquisition/acquisition.ts'
import { openLearntFacts } from '../acquisition/learnt-facts.ts'
import { anomalyCounters, AnomalyWatch } from '../anomaly/anomaly-watch.ts'
import { answerRequest } from '../commands/answer-request.ts'
import { answerLocally } from '../commands/local-request.ts'
import { CommandDesk } from '../commands/command-desk.ts'
import { openCommandJournal } from '../commands/command-journal.ts'
import type { Environment } from '../config.ts'
import { ConfigKeeper } from '../config-keeper.ts'
import { openIntake } from '../intake/intake.ts'
import { readingSink } from '../intake/reading-sink.ts'
import { startConfig } from '../last-good-config.ts'
import { systemClock } from '../outbox/clock.ts'
import { nodeDisk } from '../outbox/node-disk.ts'
import { openOutbox } from '../outbox/open-outbox.ts'
import { watchAppends } from '../status/append-watch.ts'
import { createStatus } from '../status/status.ts'
import { natsDial } from '../uplink/nats-link.ts'
import { startUplink } from '../uplink/uplink.ts'
import { openDetectorChild } from '../vision/detectors/detector-child.ts'
import { answerAboutCamera } from '../vision/local-request.ts'
import { SceneDesk } from '../vision/scenes/scene-desk.ts'
import { findFfmpeg } from '../vision/sources/find-ffmpeg.ts'
import { Vision } from '../vision/vision.ts'
import { visionCounters } from '../vision/vision-status.ts'

export interface RunOptions {
  /** The gateway's configuration. */
  readonly file: string
  readonly environment: Environment
  readonly version: string
  readonly log: Logger
  /** Called once, when everything serves. */
  readonly onReady: (facts: Record<string, unknown>) => void
  readonly signal: AbortSignal
}

/** The agent. What is made later stops earlier: first nothing new comes in, then the farewell, then the disk. */
export async function run(options: RunOptions): Promise<void> {
  const { file, environment, version, log, onReady, signal } = options
  const start = await startConfig(file, environment)
  const { config } = start
  const { gateway, limits, timing, credentials } = config
  const stopping = new AbortController()

  await using agent = new AsyncDisposableStack()
  const outbox = agent.use(
    await openOutbox({
      dir: config.outboxDir,
      disk: nodeDisk,
      clock: systemClock,
      random: (bytes) => randomBytes(bytes),
      limits,
      commit: { telemetryMs: config.commitMs },
      log: log.child({ component: 'outbox' }),
    }),
  )
  const appends = watchAppends(outbox)
  const status = createStatus({
    outbox,
    capBytes: Object.values(limits.lanes).reduce((sum, { bytes }) => sum + bytes, 0),
    agent: version,
    now: () => systemClock.now(),
    writable: () => appends.writable,
    downLinks: () => acquisition?.downLinks(),
    counters: () => ({
      outbox: appends.counters,
      uplink: { ...uplink.counters },
      intake: intake?.counters ?? {},
      acquisition: acquisition ? figuresOf(acquisition.status()) : {},
      vision: vision ? visionCounters(vision.status) : {},
      anomaly: anomalyCounters(anomaly?.status ?? []),
      config: keeper ? { faults: keeper.status.faults.length } : {},
      commands: commands ? { waiting: commands.waiting, remembered: commands.commands.length } : {},
    }),
  })
  let intake: Awaited<ReturnType<typeof openIntake>> | undefined
  let acquisition: Awaited<ReturnType<typeof startAcquisition>> | undefined
  let vision: Vision | undefined
  let anomaly: AnomalyWatch | undefined
  let keeper: ConfigKeeper | undefined
  let commands: CommandDesk | undefined
  const commandsLog = log.child({ component: 'commands' })

  const uplink = agent.use(
    startUplink({
      gateway,
      outbox,
      dial: natsDial({ servers: config.servers, gateway, timing, ...(credentials ? { credentials } : {}) }),
      status: (phase) => Buffer.from(JSON.stringify(status(phase))),
      onCommand: async (request) =>
        Buffer.from(JSON.stringify(await answerRequest(request, commands, commandsLog))),
      clock: systemClock,
      random: Math.random,
      nonce: randomUUID,
      timing,
      defect: environment.defect,
      log: log.child({ component: 'uplink' }),
    }),
  )
  intake = agent.use(
    await openIntake({
      path: config.intakePath,
      outbox: appends,
      status: () => ({
        ...status('alive'),
        gateway,
        server: uplink.server ?? null,
        lanes: outbox.lanes(),
        links: acquisition?.status().links ?? [],
        vision: vision?.status,
        anomaly: anomaly?.status,
        config: keeper?.status,
      }),
      command: (request) => answerLocally(request, commands, deviceClock),
      camera: (request) => answerAboutCamera(request, vision),
      log: log.child({ component: 'intake' }),
    }),
  )
  const facts = agent.use(
    await openLearntFacts(config.dataDir, deviceClock, log.child({ component: 'learnt' })),
  )
  const sink = readingSink(appends, (ms, ended) => sleep(deviceClock, ms, ended), stopping.signal)
  const scoring = agent.use(
    new AnomalyWatch({ sink, clock: deviceClock, log: log.child({ component: 'anomaly' }) }),
  )
  anomaly = scoring
  const acquiring = agent.use(
    await startAcquisition({
      plan: config.plan,
      facts,
      sink,
      onSample: (device, property, sample) => scoring.hear(device, property, sample),
      onDown: () => uplink.reportSoon(),
      clock: deviceClock,
      log: log.child({ component: 'acquisition' }),
    }),
  )
  acquisition = acquiring
  await scoring.reconfigure(config.anomaly)
  const scenes = agent.use(
    await SceneDesk.open({
      gateway,
      dir: join(config.dataDir, 'scenes'),
      disk: nodeDisk,
      outbox: {
        append: appends.append,
        lanes: () => outbox.lanes(),
        read: (...asked) => outbox.read(...asked),
      },
      clock: deviceClock,
      random: (bytes) => randomBytes(bytes),
      log: log.child({ component: 'scenes' }),
    }),
  )
  const watching = agent.use(
    new Vision({
      scenes,
      dataDir: config.dataDir,
      ffmpeg: () => findFfmpeg(environment.ffmpeg),
      cores: availableParallelism(),
      open: (model, threads, stop) => openDetectorChild({ clock: deviceClock, model, threads, signal: stop }),
      clock: deviceClock,
      random: Math.random,
      log: log.child({ component: 'vision' }),
    }),
  )
  vision = watching
  await watching.reconfigure(config.vision)
  agent.defer(() => stopping.abort(new Error('stopping')))
  const { dir, permit } = config.commands
  const journal = agent.use(
    await openCommandJournal({ dir, disk: nodeDisk, now: () => deviceClock.now(), log: commandsLog }),
  )
  commands = agent.use(
    new CommandDesk({
      gateway,
      journal,
      devices: acquiring,
      outbox: appends,
      permit,
      clock: deviceClock,
      log: commandsLog,
    }),
  )
  keeper = agent.use(
    new ConfigKeeper({
      file,
      environment,
      start,
      apply: async (next) => {
        await watching.reconfigure(next.vision)
        await scoring.reconfigure(next.anomaly)
        return await acquiring.reconfigure(next.plan)
      },
      clock: deviceClock,
      log: log.child({ component: 'config' }),
    }),
  )
  await keeper.start()
  const reload = () => void keeper?.reload()
  process.on('SIGHUP', reload)
  agent.defer(() => void process.off('SIGHUP', reload))
  onReady({ ready: true, gateway, epoch: outbox.epoch, intake: config.intakePath })
  const points = acquiring.tables.reduce((sum, table) => sum + table.points.length, 0)
  log.info({ gateway, epoch: outbox.epoch, points }, 'ready')
  await ended(signal)
  log.info('stopping')
}

function figuresOf(status: object): Record<string, number> {
  return Object.fromEntries(
    Object.entries(status).filter((entry): entry is [string, number] => typeof entry[1] === 'number'),
  )
}

function ended(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
}
