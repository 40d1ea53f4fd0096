import type { Command, CommandState, CommandStep } from '@ganzhi/contracts/command'
import { crc32 } from 'node:zlib'

/** What happened to a command, in the order in which it did. */
export type JournalEntry =
  | { readonly kind: 'taken'; readonly command: Command; readonly step: CommandStep }
  | { readonly kind: 'step'; readonly step: CommandStep }
  /** The write is about to leave: from here on only its outcome tells whether it was done. */
  | { readonly kind: 'begun'; readonly id: string }
  /** The outbox has accepted this step. */
  | { readonly kind: 'told'; readonly id: string; readonly state: CommandState }

export function encodeEntry(entry: JournalEntry): string {
  const json = JSON.stringify(entry)
  return `${crc32(json).toString(16).padStart(8, '0')} ${json}\n`
}

/** Undefined unless every byte is as it was written; then it has the form it was written with. */
export function decodeEntry(line: string): JournalEntry | undefined {
  const json = line.slice(9)
  if (line[8] !== ' ' || crc32(json) !== Number.parseInt(line.slice(0, 8), 16)) return undefined
  return JSON.parse(json) as JournalEntry
}
