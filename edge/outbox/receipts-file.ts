import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { Epoch, Lane, Seq } from '@ganzhi/contracts/record-key'
import { check } from '@ganzhi/contracts/schema'
import Type from 'typebox'
import type { Disk } from './disk.ts'
import type { LaneReceipts } from './receipts.ts'
import { readWhole, replaceWhole } from './whole-file.ts'

/** May lag behind: then records are sent again that the database has, and it passes them over. */
const ReceiptsFile = Type.Object({
  ranMs: Type.Number(),
  lanes: Type.Array(
    Type.Object({
      lane: Lane,
      epoch: Epoch,
      head: Type.Integer({ minimum: 0 }),
      ranges: Type.Array(Type.Tuple([Seq, Seq])),
      ranAt: Type.Number(),
    }),
  ),
})
export interface ReceiptsFacts {
  readonly ranMs: number
  readonly lanes: readonly LaneReceipts[]
}

const NOTHING_KNOWN: ReceiptsFacts = { ranMs: 0, lanes: [] }
const NAME = 'receipts'
/** In front of the JSON: its crc32 as hex digits and a line's end. */
const CRC_BYTES = 9

export async function loadReceipts(disk: Disk, dir: string): Promise<ReceiptsFacts> {
  const bytes = await readWhole(disk, join(dir, NAME))
  if (!bytes || bytes.toString('latin1', 0, CRC_BYTES) !== crcLine(bytes.subarray(CRC_BYTES)))
    return NOTHING_KNOWN
  return check(ReceiptsFile, JSON.parse(bytes.toString('utf8', CRC_BYTES)), 'receipts file')
}

export async function saveReceipts(disk: Disk, dir: string, receipts: ReceiptsFacts): Promise<void> {
  const body = Buffer.from(JSON.stringify(receipts))
  await replaceWhole(disk, join(dir, NAME), Buffer.concat([Buffer.from(crcLine(body)), body]))
}

function crcLine(bytes: Uint8Array): string {
  return `${crc32(bytes).toString(16).padStart(8, '0')}\n`
}
