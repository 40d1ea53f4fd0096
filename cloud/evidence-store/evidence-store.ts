import type { EvidencePart } from '@ganzhi/contracts/evidence'

/** `partial`: other parts of the object have yet to come. `corrupt`: all came, and they are not the object. */
export type PutResult = 'stored' | 'partial' | 'corrupt'

/** Pictures and clips by the sha256 of their content. What is stored under a name has been verified to bear it. */
export interface EvidenceStore {
  /** Resolves once the part is synced, and with the last part once the whole object is put together and verified. */
  put(part: EvidencePart, bytes: Uint8Array): Promise<PutResult>
  /** The whole object; undefined where it is not (yet) there. */
  get(sha256: string): Promise<ReadableStream<Uint8Array> | undefined>
}
