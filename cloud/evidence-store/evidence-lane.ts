import { isGanzhiError } from '@ganzhi/contracts/error'
import { type EvidencePart, decodeEvidence } from '@ganzhi/contracts/evidence'
import { secondsInCalendar } from '../ledger/ledger.ts'
import { type LaneWork, type Opened, undecodable } from '../ingest/lane.ts'
import type { EvidenceStore } from './evidence-store.ts'

export interface EvidenceContent {
  readonly part: EvidencePart
  readonly whole: boolean
}

/** Parts go into the store before their keys go into the ledger: what is receipted is synced and verified. */
export function evidenceLane(store: EvidenceStore, now: () => number): LaneWork<EvidenceContent> {
  const open = async (body: Uint8Array): Promise<Opened<EvidenceContent>> => {
    try {
      const { part, bytes } = decodeEvidence(body)
      const result = await store.put(part, bytes)
      if (result === 'corrupt') return undecodable('evidence does not have the sha256 of its name', now())
      return { state: 'stored', at: part.at, rows: 1, content: { part, whole: result === 'stored' } }
    } catch (error) {
      if (isGanzhiError(error) && !error.retryable) return undecodable(error.message, now())
      throw error
    }
  }
  return {
    lane: 'evidence',
    rowsOf: () => 1,
    async open(records) {
      const opened: Opened<EvidenceContent>[] = []
      for (const { arrival } of records) opened.push(await open(arrival.delivery.data))
      return opened
    },
    async store({ client }, records) {
      const sorted = records.toSorted((a, b) =>
        (a.content?.part.object ?? '') < (b.content?.part.object ?? '') ? -1 : 1,
      )
      for (const { content, entry } of sorted) {
        if (!content) continue
        const { part, whole } = content
        await client.query(
          `INSERT INTO evidence (sha256, state, gateway_id, content_type, size, parts, at, stored_at)
           VALUES ($1, $2, $3, $4, $5, $6, to_timestamp($7), CASE WHEN $2 = 'stored' THEN now() END)
           ON CONFLICT (sha256) DO UPDATE SET state = 'stored', stored_at = now()
           WHERE evidence.state = 'pending' AND excluded.state = 'stored'`,
          [
            Buffer.from(part.object, 'hex'),
            whole ? 'stored' : 'pending',
            entry.gatewayId,
            part.contentType.replaceAll('\0', ''),
            part.size,
            part.parts,
            secondsInCalendar(part.at),
          ],
        )
      }
    },
  }
}
