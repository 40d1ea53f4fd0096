import { encodeEvent } from '@ganzhi/contracts/event'
import { encodeEvidence } from '@ganzhi/contracts/evidence'
import type { Point } from '@ganzhi/contracts/point-table'
import type { Reading } from '@ganzhi/contracts/reading'
import type { Lane } from '@ganzhi/contracts/record-key'
import { encodeBatches } from '@ganzhi/contracts/telemetry-batch'
import type { Outbox } from '../outbox/outbox.ts'
import type { AcceptedRecord, RecordSubmission, SubmittedReading } from './submission.ts'
import { submittedValue } from './submitted-value.ts'
import { type KnownTable, tableMaker } from './table-maker.ts'

type IntakeOutbox = Pick<Outbox, 'append' | 'putTable'>

/** Part of a submission was accepted before the rest failed. */
export class PartlyAccepted extends Error {
  override readonly name = 'PartlyAccepted'
  readonly accepted: readonly AcceptedRecord[]

  constructor(accepted: readonly AcceptedRecord[], cause: unknown) {
    super('only a part was accepted', { cause })
    this.accepted = accepted
  }
}

/** Resolves when every record that a submission makes is synced. */
export function submissionTaker(
  outbox: IntakeOutbox,
): (submission: RecordSubmission) => Promise<AcceptedRecord[]> {
  const tableOf = tableMaker()
  return async (submission) => {
    if ('event' in submission) return appendAll(outbox, 'events', [encodeEvent(submission.event)])
    if ('evidence' in submission) {
      const { base64, contentType, at } = submission.evidence
      const { records } = encodeEvidence(Buffer.from(base64, 'base64'), { contentType, at })
      return appendAll(outbox, 'evidence', records)
    }
    const { known, readings } = tabled(submission.readings, tableOf)
    const batches = encodeBatches(known.hash, known.table, readings)
    outbox.putTable(known.hash, known.bytes)
    return appendAll(outbox, 'telemetry', batches, known.hash)
  }
}

function tabled(
  submitted: readonly SubmittedReading[],
  tableOf: (points: readonly Point[]) => KnownTable,
): { known: KnownTable; readings: Reading[] } {
  const slots = new Map<string, number>()
  const points: Point[] = []
  const readings = submitted.map(({ device, property, type, decimals, at, quality, value }): Reading => {
    const key = `${device} ${property} ${type} ${decimals}`
    const slot = slots.get(key) ?? points.length
    if (slot === points.length) {
      slots.set(key, slot)
      points.push({ device, property, type, ...(decimals === undefined ? {} : { decimals }) })
    }
    return { slot, at, quality, value: submittedValue(type, value) }
  })
  return { known: tableOf(points), readings }
}

async function appendAll(
  outbox: IntakeOutbox,
  lane: Lane,
  bodies: readonly Uint8Array[],
  table?: string,
): Promise<AcceptedRecord[]> {
  const options = table === undefined ? {} : { table }
  const settled = await Promise.allSettled(bodies.map((body) => outbox.append(lane, body, options)))
  const accepted = settled.flatMap((result) =>
    result.status === 'fulfilled'
      ? [{ lane, epoch: result.value.epoch, seq: result.value.seq, sha256: result.value.sha256 }]
      : [],
  )
  const failed = settled.find((result) => result.status === 'rejected')
  if (!failed) return accepted
  if (accepted.length === 0) throw failed.reason
  throw new PartlyAccepted(accepted, failed.reason)
}
