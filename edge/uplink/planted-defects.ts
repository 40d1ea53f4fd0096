/** Faults that the fault lab plants to see that its oracle would notice them; never on without GANZHI_FAULT_LAB=1. */
export const PLANTED_DEFECTS = [
  /** The outbox lets go of a record when JetStream has acknowledged it. */
  'delete-on-puback',
  /** Every so often a record goes out under its predecessor's number. */
  'reuse-seq',
  /** Any receipt that is lower counts as a database that went back, asked or not. */
  'ignore-nonce',
  /** What was once receipted stays so, although the database went back in time. */
  'never-rewind',
  /** A record that the broker took is never sent again. */
  'never-resend',
] as const
export type PlantedDefect = (typeof PLANTED_DEFECTS)[number]

const EVERY = 16

export function seqOnTheWire(seq: number, defect: PlantedDefect | undefined): number {
  return defect === 'reuse-seq' && seq % EVERY === 0 ? seq - 1 : seq
}
