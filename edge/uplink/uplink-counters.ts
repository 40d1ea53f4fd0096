/** Since the start of the agent; they go out with STATUS. */
export interface UplinkCounters {
  connects: number
  sent: number
  sentBytes: number
  taken: number
  resent: number
  refused: number
  unanswered: number
  tables: number
  receipts: number
  rewinds: number
  badReceipts: number
}

export function uplinkCounters(): UplinkCounters {
  return {
    connects: 0,
    sent: 0,
    sentBytes: 0,
    taken: 0,
    resent: 0,
    refused: 0,
    unanswered: 0,
    tables: 0,
    receipts: 0,
    rewinds: 0,
    badReceipts: 0,
  }
}
