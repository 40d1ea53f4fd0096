import type { StackError } from '../stack/stack-error.ts'
import type { Progress } from './progress.ts'
import { type Clock, type Running, type Service, type Supervised, supervise } from './supervise.ts'

export interface Crew {
  /** Starts a service and keeps it running; resolves with its first process, once that is ready. */
  start<R extends Running>(title: string, service: Service<R>): Promise<R>
  /** Resolves with the reason when one of them can't be kept running. */
  readonly failed: Promise<StackError>
  /** Stops them one after the other, also those that are still starting. */
  stop(): Promise<void>
}

export interface CrewOptions {
  /** In this order they are stopped, each with its time to go by itself: name → milliseconds. */
  readonly stopOrder: Readonly<Record<string, number>>
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly progress: Progress
  readonly onRestart: (name: string, why: string, inMs: number) => void
}

export function createCrew({ stopOrder, clock, signal, progress, onRestart }: CrewOptions): Crew {
  const stopping = new AbortController()
  const untilStopped = AbortSignal.any([signal, stopping.signal])
  const starting = new Set<Promise<unknown>>()
  const members = new Map<string, Supervised<Running>>()
  const failed = Promise.withResolvers<StackError>()

  async function start<R extends Running>(service: Service<R>): Promise<R> {
    const member = await supervise(service, { clock, signal: untilStopped, onRestart })
    members.set(member.name, member)
    void member.failed.then(failed.resolve)
    return member.current()
  }

  return {
    failed: failed.promise,
    async start(title, service) {
      const work = progress.step(title, () => start(service))
      starting.add(work)
      return await work
    },
    async stop() {
      stopping.abort()
      await Promise.allSettled(starting)
      for (const [name, withinMs] of Object.entries(stopOrder)) await members.get(name)?.stop(withinMs)
    },
  }
}
