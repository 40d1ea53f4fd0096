import { randomUUID } from 'node:crypto'
import { closeSync, existsSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Frame } from '@ganzhi/models/frame'

/** Memory, and no disk that wears, where the system has such a place. */
const ROOT = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()
/** More than 8K has; the file is sparse, so that only what is written to takes memory. */
const PLACE_BYTES = 2 ** 27

/**
 * A file without a name, whose descriptor a child inherits: a frame crosses by two copies in memory, without going piece
 * by piece through a socket, and nothing is left behind by whoever dies. It has places, so that a frame can lie ready
 * while another one is looked at.
 */
export class FrameMemory implements Disposable {
  readonly fd: number
  readonly #taken = new Set<number>()

  constructor() {
    const path = join(ROOT, `ganzhi-frame-${randomUUID()}`)
    this.fd = openSync(path, 'wx+', 0o600)
    unlinkSync(path)
  }

  /** Dispose what it gives when the frame has been looked at. */
  put({ rgb }: Frame): Disposable & { readonly place: number } {
    if (rgb.length > PLACE_BYTES) throw new RangeError(`a frame of ${rgb.length} bytes is too large`)
    let place = 0
    while (this.#taken.has(place)) place += 1
    for (let at = 0; at < rgb.length;) {
      at += writeSync(this.fd, rgb, at, rgb.length - at, place * PLACE_BYTES + at)
    }
    this.#taken.add(place)
    return { place, [Symbol.dispose]: () => this.#taken.delete(place) }
  }

  [Symbol.dispose](): void {
    closeSync(this.fd)
  }
}

export interface FrameToRead extends Omit<Frame, 'rgb'> {
  readonly place: number
}

/** The other end. The frame is good until the next call. */
export function frameReader(fd: number): (told: FrameToRead) => Frame {
  let room = new Uint8Array(0)
  return ({ place, width, height, at }) => {
    const size = 3 * width * height
    if (room.length < size) room = new Uint8Array(size)
    for (let read = 0; read < size;) {
      const bytes = readSync(fd, room, read, size - read, place * PLACE_BYTES + read)
      if (bytes === 0) throw new RangeError(`a frame of ${size} bytes was told, ${read} came`)
      read += bytes
    }
    return { width, height, at, rgb: room.subarray(0, size) }
  }
}
