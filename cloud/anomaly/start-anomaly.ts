import { setTimeout as delay } from 'node:timers/promises'
import { errorDocument } from '@ganzhi/contracts/error'
import { ModelThread } from '@ganzhi/models/anomaly/model-thread'
import { completeUntil } from './complete-until.ts'
import type { DeviceModel } from './config.ts'
import { ScoredDevice, type ScoringOptions } from './scored-device.ts'

export interface AnomalyOptions extends Omit<ScoringOptions, 'signal'> {
  readonly models: readonly DeviceModel[]
}

/** Gateways say every 10 s how far they are. */
const EVERY_MS = 5_000

/**
 * Follows the series of devices, and stores the score of each as one of its properties. Runs until it is disposed of;
 * any number of processes may. What is wrong with a model is logged, and disturbs nothing else.
 */
export function startAnomaly({ models, ...options }: AnomalyOptions): AsyncDisposable {
  const stopping = new AbortController()
  const { signal } = stopping
  const thread = new ModelThread()
  const running = run(models, { ...options, signal }, thread)
  return {
    async [Symbol.asyncDispose]() {
      stopping.abort()
      await thread[Symbol.asyncDispose]()
      await running
    },
  }
}

async function run(
  models: readonly DeviceModel[],
  options: ScoringOptions,
  thread: ModelThread,
): Promise<void> {
  const { signal, log } = options
  const devices: ScoredDevice[] = []
  for (const model of models) {
    const device = signal.aborted ? undefined : await opened(model, options, thread)
    if (device) devices.push(device)
  }
  while (devices.length > 0 && !signal.aborted) {
    const behind = await followAll(devices, options).catch((err: unknown) => {
      if (!signal.aborted) log.warn({ err }, 'anomalies are not scored, it is tried again')
      return false
    })
    if (!behind) await delay(EVERY_MS, undefined, { signal }).catch(() => {})
  }
}

/** Some of what each has to be scored of; true where there is more. */
async function followAll(devices: readonly ScoredDevice[], options: ScoringOptions): Promise<boolean> {
  const { pool, now, log, signal } = options
  const gateways = [...new Set(devices.map(({ gateway }) => gateway))]
  const complete = await completeUntil(pool, gateways, now())
  let behind = false
  for (const device of devices) {
    const until = complete.get(device.gateway)
    if (until === undefined || signal.aborted) continue
    const more = await device.follow(until).catch((err: unknown) => {
      const { gateway, name } = device
      if (!signal.aborted)
        log.warn({ err, gateway, device: name }, 'a device is not scored, it is tried again')
      return false
    })
    behind ||= more
  }
  return behind
}

async function opened(
  { gateway, ...order }: DeviceModel,
  options: ScoringOptions,
  thread: ModelThread,
): Promise<ScoredDevice | undefined> {
  try {
    // Loaded where it is needed: other roles pay nothing for it.
    const { openModel } = await import('@ganzhi/models/anomaly/open-model')
    return new ScoredDevice(gateway, await openModel(order, thread), options)
  } catch (error) {
    const { device } = order
    if (!options.signal.aborted)
      options.log.warn({ gateway, device, fault: errorDocument(error) }, 'the anomaly model is refused')
    return undefined
  }
}
