import { createHash } from 'node:crypto'
import { GanzhiError } from '@ganzhi/contracts/error'
import { MAX_BODY_BYTES } from './frame.ts'
import { outboxFull } from './outbox-error.ts'

/** The point tables that held batches and coming ones need, in memory. */
export class PointTables {
  readonly #tables = new Map<string, Uint8Array>()
  readonly #limitBytes: number

  constructor(limitBytes: number, held: ReadonlyMap<string, Uint8Array>) {
    this.#limitBytes = limitBytes
    for (const [hash, bytes] of held) this.#tables.set(hash, bytes)
  }

  get(hash: string): Uint8Array | undefined {
    return this.#tables.get(hash)
  }

  /** `inUse` tells which tables may not be put out for it. */
  put(hash: string, bytes: Uint8Array, inUse: (hash: string) => boolean): void {
    if (this.#tables.has(hash)) return
    if (bytes.length > MAX_BODY_BYTES || createHash('sha256').update(bytes).digest('hex') !== hash) {
      throw new GanzhiError(`point table ${hash} is too large, or not what its hash says`, {
        code: 'bad-table',
        blame: 'caller',
        field: 'bytes',
        remedy: 'Pass hash and bytes as encodePointTable gave them, of fewer points if need be.',
      })
    }
    for (const known of this.#tables.keys()) {
      if (this.#bytes() + bytes.length <= this.#limitBytes) break
      if (!inUse(known)) this.#tables.delete(known)
    }
    if (this.#bytes() + bytes.length > this.#limitBytes) {
      throw outboxFull('it holds batches of too many point tables')
    }
    this.#tables.set(hash, new Uint8Array(bytes))
  }

  #bytes(): number {
    return this.#tables.values().reduce((sum, bytes) => sum + bytes.length, 0)
  }
}
