import { type ErrorDocument, errorDocument } from '@ganzhi/contracts/error'
import { ModelThread } from '@ganzhi/models/anomaly/model-thread'
import type { Score } from '@ganzhi/models/anomaly/score-steps'
import { serial } from '../outbox/serial.ts'
import type { AnomalyPlan } from './plan.ts'
import { type Heard, WatchedDevice, type WatchOptions } from './watched-device.ts'

export interface AnomalyStatus {
  readonly device: string
  readonly runs?: { readonly id: string; readonly version: number; readonly digest: string }
  /** Why its model does not run, or gave no score. */
  readonly fault?: ErrorDocument
  /** The newest, and what contributed most to it. */
  readonly last?: Score
}

interface Watched {
  readonly package: string
  readonly trustedKeys: readonly string[]
  readonly watching: WatchedDevice | undefined
  readonly fault: ErrorDocument | undefined
}

/** The devices that are watched for anomalies. What is wrong with a model is said here, and disturbs nothing else. */
export class AnomalyWatch implements AsyncDisposable {
  readonly #options: WatchOptions
  readonly #devices = new Map<string, Watched>()
  readonly #inOrder = serial()
  readonly #thread = new ModelThread()

  constructor(options: WatchOptions) {
    this.#options = options
  }

  get status(): readonly AnomalyStatus[] {
    return [...this.#devices].map(([device, { watching, fault }]) => {
      const last = watching?.last
      const why = fault ?? watching?.failure
      return {
        device,
        ...(watching && { runs: runsOf(watching) }),
        ...(why && { fault: why }),
        ...(last && { last }),
      }
    })
  }

  /** What was read, of whatever device. */
  hear(device: string, property: string, heard: Heard): void {
    this.#devices.get(device)?.watching?.hear(property, heard)
  }

  /** What runs and stays the same runs on; what was refused is tried again. */
  reconfigure(plan: AnomalyPlan): Promise<void> {
    return this.#inOrder(() => this.#apply(plan))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#inOrder(() => Promise.resolve())
    await Promise.all([...this.#devices.keys()].map((device) => this.#close(device)))
    await this.#thread[Symbol.asyncDispose]()
  }

  async #apply({ packages, trustedKeys }: AnomalyPlan): Promise<void> {
    for (const [device, watched] of this.#devices) {
      const stays =
        watched.watching !== undefined &&
        watched.package === packages.get(device) &&
        watched.trustedKeys.join('\n') === trustedKeys.join('\n')
      if (!stays) await this.#close(device)
    }
    for (const [device, dir] of packages) {
      if (!this.#devices.has(device)) this.#devices.set(device, await this.#open(device, dir, trustedKeys))
    }
  }

  async #open(device: string, dir: string, trustedKeys: readonly string[]): Promise<Watched> {
    const { log } = this.#options
    const asked = { package: dir, trustedKeys }
    try {
      // Loaded where it is needed: other gateways pay nothing for it.
      const { openModel } = await import('@ganzhi/models/anomaly/open-model')
      const model = await openModel({ device, dir, trustedKeys }, this.#thread)
      return { ...asked, watching: new WatchedDevice(model, this.#options), fault: undefined }
    } catch (error) {
      const fault = errorDocument(error)
      log.warn({ device, fault }, 'the anomaly model is refused; the device is read on without it')
      return { ...asked, watching: undefined, fault }
    }
  }

  async #close(device: string): Promise<void> {
    const watched = this.#devices.get(device)
    this.#devices.delete(device)
    await watched?.watching?.[Symbol.asyncDispose]()
  }
}

/** The figures of STATUS. */
export function anomalyCounters(devices: readonly AnomalyStatus[]): Record<string, number> {
  if (devices.length === 0) return {}
  return { devices: devices.length, refused: devices.filter(({ runs }) => !runs).length }
}

function runsOf({ model: { card, digest } }: WatchedDevice) {
  return { id: card.id, version: card.version, digest }
}
