import { join } from 'node:path'
import { isDiskFull, isMissing, type Disk } from './disk.ts'
import { removeIfThere } from './whole-file.ts'

/**
 * A file that only takes up room. On a full disk it is given up for the gap record that must be synced before
 * anything may be dropped, and taken again from what was dropped.
 */
export class Reserve {
  readonly #disk: Disk
  readonly #path: string
  readonly #fill: Uint8Array
  #held = false

  /** `fill` should not compress, or a compressing file system keeps no room for it. */
  constructor(disk: Disk, dir: string, fill: Uint8Array) {
    this.#disk = disk
    this.#path = join(dir, 'reserve')
    this.#fill = fill
  }

  /** False when there is no room for it. */
  async take(): Promise<boolean> {
    if (this.#held) return true
    if (await this.#alreadyThere()) return (this.#held = true)
    try {
      const file = await this.#disk.open(this.#path, 'create')
      try {
        await file.write(this.#fill, 0)
        await file.sync()
      } finally {
        await file.close()
      }
      return (this.#held = true)
    } catch (error) {
      if (!isDiskFull(error)) throw error
      await this.#remove()
      return false
    }
  }

  /** True when that made room. */
  async give(): Promise<boolean> {
    const held = this.#held
    this.#held = false
    if (held) await this.#remove()
    return held
  }

  async #alreadyThere(): Promise<boolean> {
    try {
      const file = await this.#disk.open(this.#path, 'read')
      try {
        if ((await file.size()) === this.#fill.length) return true
      } finally {
        await file.close()
      }
      await this.#disk.remove(this.#path)
    } catch (error) {
      if (!isMissing(error)) throw error
    }
    return false
  }

  #remove(): Promise<void> {
    return removeIfThere(this.#disk, this.#path)
  }
}
