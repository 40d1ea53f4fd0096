/** What those who judge an area learn of a device in it. */
export interface Fact {
  /** It has come to meet a condition, or meets it no more, or an incident has begun there. */
  readonly kind: 'meets' | 'left' | 'event'
  /** ms since 1970, by the clock of the device. */
  readonly at: number
  /** `gateway/device` */
  readonly device: string
  /** The condition, by its field; of an event its type. */
  readonly what: string
  /** By which it meets it, where that counts. */
  readonly value?: number | null
}
