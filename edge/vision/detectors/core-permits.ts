interface Loan {
  readonly cores: number
  looks: number
}

/**
 * Cores are lent, not shared: models that run at a time have no more threads together than there are cores. Looks of one
 * model come one after the other, and so share what it has.
 */
export class CorePermits {
  readonly #cores: number
  readonly #loans = new Map<object, Loan>()
  readonly #waiting: { model: object; cores: number; go: () => void }[] = []

  constructor(cores: number) {
    this.#cores = cores
  }

  /** Resolves when so many cores are free, first come, first served. Dispose what it gives to hand them back. */
  async take(model: object, threads: number): Promise<Disposable> {
    const cores = Math.min(threads, this.#cores)
    if (this.#waiting.length > 0 || !this.#lend(model, cores)) {
      await new Promise<void>((go) => this.#waiting.push({ model, cores, go }))
    }
    let back = false
    return {
      [Symbol.dispose]: () => {
        if (!back) this.#takeBack(model)
        back = true
      },
    }
  }

  #lend(model: object, cores: number): boolean {
    const loan = this.#loans.get(model) ?? { cores, looks: 0 }
    const lent = this.#loans.values().reduce((sum, each) => sum + each.cores, 0)
    if (loan.looks === 0 && lent + cores > this.#cores) return false
    loan.looks += 1
    this.#loans.set(model, loan)
    return true
  }

  #takeBack(model: object): void {
    const loan = this.#loans.get(model)
    if (loan && --loan.looks === 0) this.#loans.delete(model)
    for (let next = this.#waiting[0]; next && this.#lend(next.model, next.cores); next = this.#waiting[0]) {
      this.#waiting.shift()
      next.go()
    }
  }
}
