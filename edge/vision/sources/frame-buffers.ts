/**
 * Memory of frames, written over by later ones once it is given back. Fresh memory for every frame is 3.5 MB a second for
 * each camera, and the garbage collector lets tens of megabytes pile up before it sees to that.
 */
export class FrameBuffers {
  readonly #idle: Uint8Array[] = []

  take(bytes: number): Uint8Array {
    const buffer = this.#idle.pop()
    return buffer?.length === bytes ? buffer : new Uint8Array(bytes)
  }

  giveBack(buffer: Uint8Array): void {
    this.#idle.push(buffer)
  }
}
