import { setTimeout as pause } from 'node:timers/promises'
import { freePort } from '@ganzhi/deploy/stack/free-port'
import { type Agent, startAgent } from '../lab/gateway.ts'

/** As `ganzhi-edge status --json` says it, as far as a benchmark looks. */
export interface VisionStatus {
  readonly cameras: readonly {
    readonly id: string
    readonly state: string
    readonly looks: readonly {
      /** Frames that were looked at, and those in which nothing moved. */
      readonly seen: number
      readonly still: number
      readonly lagMs?: number
    }[]
  }[]
  readonly models: readonly {
    readonly runs?: { readonly version: number }
    readonly down?: { readonly message: string }
    readonly refused?: { readonly message: string }
    readonly lastSwap?: { readonly takenBack?: { readonly message: string } }
  }[]
}

/** An agent that watches cameras, and has no uplink. */
export interface WatchingAgent extends Agent {
  status(): Promise<VisionStatus>
  /** Resolves when all its cameras have been looked at for the first time. */
  untilAllSeen(signal: AbortSignal): Promise<void>
}

const PATIENCE_MS = 120_000

/** `vision` as in `gateway.yaml`. */
export async function startWatchingAgent(dir: string, vision: object): Promise<WatchingAgent> {
  const natsUrl = `nats://127.0.0.1:${await freePort()}`
  const agent = await startAgent({ dir, name: 'watching', natsUrl, config: { vision } })
  const status = async () => (await agent.ask({ status: true }))['vision'] as VisionStatus
  return {
    ...agent,
    status,
    async untilAllSeen(signal) {
      const deadline = performance.now() + PATIENCE_MS
      for (;;) {
        const { cameras, models } = await status()
        if (cameras.every(({ looks }) => looks.every(({ seen }) => seen > 0))) return
        if (performance.now() > deadline)
          throw new Error(`not all is seen: ${JSON.stringify({ cameras, models })}`)
        await pause(200, undefined, { signal })
      }
    },
  }
}
