import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { Epoch, Lane, Seq } from '@ganzhi/contracts/record-key'
import { check } from '@ganzhi/contracts/schema'
import Type from 'typebox'
import { isMissing, type Disk } from './disk.ts'
import type { LaneReceipts } from './receipts.ts'

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
const NEXT_NAME = 'receipts.next'
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
  const next = join(dir, NEXT_NAME)
  await removeIfThere(disk, next)
  const file = await disk.open(next, 'create')
  try {
    await file.write(Buffer.concat([Buffer.from(crcLine(body)), body]), 0)
    await file.sync()
  } finally {
    await file.close()
  }
  await disk.rename(next, join(dir, NAME))
  await disk.syncDir(dir)
}

async function readWhole(disk: Disk, path: string): Promise<Buffer | undefined> {
  try {
    const file = await disk.open(path, 'read')
    try {
      const bytes = Buffer.alloc(await file.size())
      await file.read(bytes, 0)
      return bytes
    } finally {
      await file.close()
    }
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}

async function removeIfThere(disk: Disk, path: string): Promise<void> {
  try {
    await disk.remove(path)
  } catch (error) {
    if (!isMissing(error)) throw error
  }
}

function crcLine(bytes: Uint8Array): string {
  return `${crc32(bytes).toString(16).padStart(8, '0')}\n`
}
