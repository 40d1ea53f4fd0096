import { GanzhiError } from '@ganzhi/contracts/error'

/** Lets a few work at a time, in order of coming; of those who wait there are only so many. */
export class Turns {
  readonly #atOnce: number
  readonly #mostWaiting: number
  readonly #waiting: (() => void)[] = []
  #working = 0

  constructor(atOnce: number, mostWaiting: number) {
    this.#atOnce = atOnce
    this.#mostWaiting = mostWaiting
  }

  /** Resolves when it is their turn, which ends with what it resolves with. */
  async take(signal: AbortSignal, onWait: (ahead: number) => void): Promise<Disposable> {
    signal.throwIfAborted()
    if (this.#working >= this.#atOnce) {
      if (this.#waiting.length >= this.#mostWaiting) throw tooManyAtOnce()
      onWait(this.#working + this.#waiting.length)
      await new Promise<void>((resolve, reject) => {
        const leave = () => {
          this.#waiting.splice(this.#waiting.indexOf(begin), 1)
          reject(signal.reason as Error)
        }
        const begin = () => {
          signal.removeEventListener('abort', leave)
          resolve()
        }
        signal.addEventListener('abort', leave, { once: true })
        this.#waiting.push(begin)
      })
    } else this.#working += 1
    return {
      [Symbol.dispose]: () => {
        const next = this.#waiting.shift()
        // Whoever is next takes the place over.
        if (next) next()
        else this.#working -= 1
      },
    }
  }
}

function tooManyAtOnce(): GanzhiError {
  return new GanzhiError('正在进行的回测太多 too many backtests are asked for at once', {
    code: 'too-many-backtests',
    blame: 'outside',
    remedy: '请稍后再试。 Wait until others are done.',
    retryable: true,
  })
}
