import type { CloudEvent } from '@ganzhi/contracts/cloud-event'
import type { EvidenceView, IncidentEventView, IncidentView } from '@ganzhi/contracts/incident-view'
import type { Pool } from 'pg'
import { timeView } from '../api/sample-view.ts'

export interface IncidentRow {
  readonly gateway_id: number
  readonly gateway: string
  readonly first: CloudEvent
  readonly newest: CloudEvent
}

export interface EventRow {
  readonly body: CloudEvent
  readonly arrived_at: Date
}

/** Of these hashes, the ones that are stored. */
type Stored = ReadonlySet<string>

export async function storedOf(pool: Pool, events: readonly CloudEvent[]): Promise<Stored> {
  const named = events.flatMap(({ evidence = [] }) =>
    evidence.map(({ sha256 }) => Buffer.from(sha256, 'hex')),
  )
  if (named.length === 0) return new Set()
  const { rows } = await pool.query<{ sha256: Buffer }>(
    `SELECT sha256 FROM evidence WHERE sha256 = ANY($1) AND state = 'stored'`,
    [named],
  )
  return new Set(rows.map(({ sha256 }) => sha256.toString('hex')))
}

export function incidentView({ gateway, first, newest }: IncidentRow, stored: Stored): IncidentView {
  const { area, place, confidence, codes } = { ...first, ...newest }
  return {
    gateway,
    incident: first.incident,
    type: first.type.slice(0, first.type.lastIndexOf('.')),
    device: first.subject,
    startedAt: timeView(Date.parse(first.time)),
    lastAt: timeView(Date.parse(newest.time)),
    endedAt: phaseOf(newest) === 'ended' ? timeView(Date.parse(newest.time)) : null,
    ...(area !== undefined && { area }),
    ...(place !== undefined && { place }),
    ...(confidence !== undefined && { confidence }),
    ...(codes !== undefined && { codes }),
    evidence: evidenceOf(newest.id === first.id ? [first] : [first, newest], stored),
  }
}

export function eventView({ body, arrived_at }: EventRow, stored: Stored): IncidentEventView {
  const { id, time, confidence, trace, data } = body
  return {
    id,
    phase: phaseOf(body),
    time: timeView(Date.parse(time)),
    arrivedAt: timeView(arrived_at),
    ...(confidence !== undefined && { confidence }),
    ...(trace !== undefined && { trace }),
    ...(data !== undefined && { data }),
    evidence: evidenceOf([body], stored),
  }
}

/** A picture that several events name is shown once. */
function evidenceOf(events: readonly CloudEvent[], stored: Stored): EvidenceView[] {
  const refs = events.flatMap(({ evidence = [] }) => evidence)
  return [...new Map(refs.map((ref) => [ref.sha256, ref])).values()].map((ref) => ({
    ...ref,
    state: stored.has(ref.sha256) ? 'stored' : 'pending',
  }))
}

function phaseOf({ type }: CloudEvent): IncidentEventView['phase'] {
  return type.slice(type.lastIndexOf('.') + 1) as IncidentEventView['phase']
}
