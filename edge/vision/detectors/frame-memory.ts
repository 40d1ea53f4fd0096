import { randomUUID } from 'node:crypto'
import { closeSync, existsSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Frame } from '@ganzhi/models/frame'

/** Memory, and no disk that wears, where the system has such a place. */
const PLACE = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()

/**
 * A file without a name, whose descriptor a child inherits: a frame crosses by two copies in memory, without going piece
 * by piece through a socket, and nothing is left behind by whoever dies.
 */
export class FrameMemory implements Disposable {
  readonly fd: number

  constructor() {
    const path = join(PLACE, `ganzhi-frame-${randomUUID()}`)
    this.fd = openSync(path, 'wx+', 0o600)
    unlinkSync(path)
  }

  write({ rgb }: Frame): void {
    for (let at = 0; at < rgb.length;) at += writeSync(this.fd, rgb, at, rgb.length - at, at)
  }

  [Symbol.dispose](): void {
    closeSync(this.fd)
  }
}

/** The other end. The frame is good until the next call. */
export function frameReader(fd: number): (width: number, height: number, at: number) => Frame {
  let room = new Uint8Array(0)
  return (width, height, at) => {
    const size = 3 * width * height
    if (room.length < size) room = new Uint8Array(size)
    for (let read = 0; read < size;) {
      const bytes = readSync(fd, room, read, size - read, read)
      if (bytes === 0) throw new RangeError(`a frame of ${size} bytes was told, ${read} came`)
      read += bytes
    }
    return { width, height, at, rgb: room.subarray(0, size) }
  }
}
