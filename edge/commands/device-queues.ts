import { refusal } from './refusal.ts'

const MOST_OF_A_DEVICE = 32
const MOST = 1_000

/** Work of one device goes in order, devices don't wait for each other; so much may wait and no more. */
export class DeviceQueues {
  readonly #queues = new Map<string, { waiting: number; last: Promise<void> }>()

  get size(): number {
    return [...this.#queues.values()].reduce((sum, { waiting }) => sum + waiting, 0)
  }

  /** Throws `queue-full`. */
  checkRoom(device: string): void {
    if ((this.#queues.get(device)?.waiting ?? 0) < MOST_OF_A_DEVICE && this.size < MOST) return
    throw refusal('queue-full', `${device} 的指令已排满 too many commands are waiting for ${device}`, {
      field: 'device',
      remedy: '请稍候，或取消不需要的指令。 Wait, or cancel those that are not needed.',
      retryable: true,
    })
  }

  /** `work` must not reject. */
  push(device: string, work: () => Promise<void>): void {
    const queue = this.#queues.get(device) ?? { waiting: 0, last: Promise.resolve() }
    this.#queues.set(device, queue)
    queue.waiting += 1
    queue.last = queue.last.then(work).finally(() => {
      queue.waiting -= 1
      if (queue.waiting === 0) this.#queues.delete(device)
    })
  }

  async idle(): Promise<void> {
    await Promise.all([...this.#queues.values()].map(({ last }) => last))
  }
}
