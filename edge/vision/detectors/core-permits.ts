/** Cores are lent, not shared: models that run at a time have no more threads together than there are cores. */
export class CorePermits {
  readonly #cores: number
  readonly #waiting: { threads: number; go: () => void }[] = []
  #lent = 0

  constructor(cores: number) {
    this.#cores = cores
  }

  /** Resolves when so many cores are free, first come, first served. Dispose what it gives to hand them back. */
  async take(threads: number): Promise<Disposable> {
    const wanted = Math.min(threads, this.#cores)
    if (this.#waiting.length > 0 || this.#lent + wanted > this.#cores) {
      await new Promise<void>((go) => this.#waiting.push({ threads: wanted, go }))
    } else {
      this.#lent += wanted
    }
    let back = false
    return {
      [Symbol.dispose]: () => {
        if (back) return
        back = true
        this.#lent -= wanted
        this.#lendOn()
      },
    }
  }

  #lendOn(): void {
    for (let next = this.#waiting[0]; next; next = this.#waiting[0]) {
      if (this.#lent + next.threads > this.#cores) return
      this.#waiting.shift()
      this.#lent += next.threads
      next.go()
    }
  }
}
