import { watch } from 'node:fs'
import { basename, dirname } from 'node:path'
import type { Clock } from '@ganzhi/device-drivers/clock'
import type { Logger } from 'pino'
import type { ChangeSummary } from './acquisition/plan-difference.ts'
import { type AgentConfig, type Environment, fixedDifferences, readConfig } from './config.ts'
import { type ConfigFault, faultLine } from '@ganzhi/firmware-config/config-text'
import { keepLastGood, type StartConfig } from './last-good-config.ts'

export interface KeeperOptions {
  readonly file: string
  readonly environment: Environment
  readonly start: StartConfig
  readonly apply: (config: AgentConfig) => Promise<ChangeSummary>
  readonly clock: Clock
  readonly log: Logger
}

export interface ConfigStatus {
  readonly file: string
  /** When what runs was taken over, ms since 1970. */
  readonly since: number
  /** Of the file as it is now; while there are any, the last good one runs. */
  readonly faults: readonly ConfigFault[]
}

/** Editors write a file in several steps. */
const SETTLE_MS = 300

/** Follows the configuration file: a good change is taken over as a difference, a bad one is refused whole and said. */
export class ConfigKeeper implements AsyncDisposable {
  readonly #options: KeeperOptions
  #config: AgentConfig
  #faults: readonly ConfigFault[]
  #since: number
  #turn: Promise<void> = Promise.resolve()
  #stopWatching = () => {}

  constructor(options: KeeperOptions) {
    this.#options = options
    const { start, clock } = options
    this.#config = start.config
    this.#faults = start.faults
    this.#since = clock.now()
  }

  get status(): ConfigStatus {
    return { file: this.#options.file, since: this.#since, faults: this.#faults }
  }

  /** Once the agent runs: what it runs with has proved good. */
  async start(): Promise<void> {
    this.#watch()
    if (this.#faults.length > 0) this.#refuse(this.#faults)
    else await this.#keep()
  }

  /** Reads the file and the profiles again. */
  reload(): Promise<void> {
    this.#turn = this.#turn.then(() => this.#reload())
    return this.#turn
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopWatching()
    await this.#turn
  }

  async #reload(): Promise<void> {
    const { file, environment, apply, clock, log } = this.#options
    try {
      const read = await readConfig(file, environment)
      if ('faults' in read) return this.#refuse(read.faults)
      const fixed = fixedDifferences(this.#config, read.config)
      if (fixed.length > 0) return this.#refuse(fixed)
      const changes = await apply(read.config)
      this.#config = read.config
      this.#faults = []
      this.#since = clock.now()
      log.info({ changes }, 'configuration taken over')
      await this.#keep()
    } catch (err) {
      log.error({ err }, 'configuration not taken over')
    }
  }

  #refuse(faults: readonly ConfigFault[]): void {
    const { file, log } = this.#options
    this.#faults = faults
    log.error({ faults: faults.length }, `${file} is refused; the last good configuration runs`)
    for (const fault of faults) log.error(faultLine(file, fault))
  }

  async #keep(): Promise<void> {
    const { log } = this.#options
    await keepLastGood(this.#config).catch((err: unknown) =>
      log.warn({ err }, 'the configuration could not be kept as the last good one'),
    )
  }

  #watch(): void {
    const { file, clock, log } = this.#options
    const name = basename(file)
    let cancel = () => {}
    try {
      // The folder: editors replace the file. `..data` is how Kubernetes does.
      const watcher = watch(dirname(file), (_, changed) => {
        if (changed !== name && !changed?.startsWith('..')) return
        cancel()
        cancel = clock.after(SETTLE_MS, () => void this.reload())
      })
      watcher.on('error', (err) =>
        log.warn({ err }, 'the configuration file is not watched; SIGHUP re-reads it'),
      )
      this.#stopWatching = () => {
        cancel()
        watcher.close()
      }
    } catch (err) {
      log.warn({ err }, 'the configuration file is not watched; SIGHUP re-reads it')
    }
  }
}
