import type { Partition } from './partition.ts'
import type { Lease } from './partition-leases.ts'

/** A partition that this process holds, and what it has in memory of it. */
export class HeldPartition {
  readonly lease: Lease
  #known: Partition | undefined
  #last: Promise<unknown> = Promise.resolve()

  constructor(lease: Lease) {
    this.lease = lease
  }

  /** While a transaction is under way it may be ahead of the database. */
  get known(): Partition | undefined {
    return this.#known
  }

  /** Its transactions come one after the other. After one that failed, what is held in memory is void. */
  async transact<Done extends { readonly partition: Partition | undefined }>(
    work: (known: Partition | undefined) => Promise<Done>,
  ): Promise<Done> {
    const done = this.#last.then(async () => {
      const known = this.#known
      try {
        const result = await work(known)
        this.#known = result.partition
        return result
      } catch (error) {
        this.#known = undefined
        throw error
      }
    })
    this.#last = done.catch(() => {})
    return done
  }
}
