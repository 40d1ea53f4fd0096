import { GanzhiError } from '@ganzhi/contracts/error'
import { join } from 'node:path'
import type { Logger } from 'pino'
import type { Disk, DiskFile } from '../outbox/disk.ts'
import { readWhole, removeIfThere } from '../outbox/whole-file.ts'
import { decodeEntry, encodeEntry, type JournalEntry } from './journal-line.ts'
import { applyEntry, entriesOf, forgetOld, type KnownCommand } from './known-commands.ts'

export interface JournalOptions {
  readonly dir: string
  readonly disk: Disk
  readonly now: () => number
  readonly log: Logger
}

export interface CommandJournal extends AsyncDisposable {
  readonly commands: ReadonlyMap<string, KnownCommand>
  /** Resolves when the entry is synced; rejects with `journal-broken`, and then nothing has changed. */
  write(entry: JournalEntry): Promise<void>
}

const FILE = 'commands.journal'
const NEXT = 'commands.journal.new'
const LEAST_REWRITE_BYTES = 1024 * 1024

interface Waiting extends PromiseWithResolvers<void> {
  readonly entry: JournalEntry
}

/** What became of every command, on the gateway's disk: it outlives a crash at any moment. */
export async function openCommandJournal(options: JournalOptions): Promise<CommandJournal> {
  const { dir, disk, now, log } = options
  await disk.makeDir(dir)
  const commands = await readAll(options)
  let file: DiskFile | undefined
  let size = 0
  let rewriteAt = 0
  let waiting: Waiting[] = []
  let writing: Promise<void> | undefined
  let closed = false

  /** A new file with what is known and nothing else, in the place of the old one. */
  async function rewrite(more: readonly JournalEntry[]): Promise<void> {
    await closeFile()
    forgetOld(commands, now())
    const bytes = bytesOf([...[...commands.values()].flatMap(entriesOf), ...more])
    await removeIfThere(disk, join(dir, NEXT))
    const next = await disk.open(join(dir, NEXT), 'create')
    try {
      await next.write(bytes, 0)
      await next.sync()
      await disk.rename(join(dir, NEXT), join(dir, FILE))
      await disk.syncDir(dir)
    } catch (error) {
      await next.close().catch(() => {})
      throw error
    }
    file = next
    size = bytes.length
    rewriteAt = Math.max(LEAST_REWRITE_BYTES, 2 * size)
  }

  async function closeFile(): Promise<void> {
    const old = file
    file = undefined
    await old?.close().catch(() => {})
  }

  async function append(entries: readonly JournalEntry[]): Promise<void> {
    if (!file || size > rewriteAt) return rewrite(entries)
    const bytes = bytesOf(entries)
    await file.write(bytes, size)
    await file.sync()
    size += bytes.length
  }

  /** Everything that waits goes together: one sync for all. */
  async function drain(): Promise<void> {
    while (waiting.length > 0) {
      const group = waiting
      waiting = []
      try {
        await append(group.map(({ entry }) => entry))
        for (const { entry } of group) applyEntry(commands, entry)
        for (const { resolve } of group) resolve()
      } catch (cause) {
        // After a failed sync nobody knows what the file holds: the next entry starts a new one.
        await closeFile()
        log.error({ err: cause }, 'the command journal can not be written')
        for (const { reject } of group) reject(broken(cause))
      }
    }
    writing = undefined
  }

  await rewrite([]).catch((cause: unknown) => {
    throw broken(cause)
  })
  return {
    commands,
    write(entry) {
      if (closed) return Promise.reject(broken(new Error('the agent has stopped')))
      const one: Waiting = { entry, ...Promise.withResolvers<void>() }
      waiting.push(one)
      writing ??= drain()
      return one.promise
    },
    async [Symbol.asyncDispose]() {
      closed = true
      await writing
      await closeFile()
    },
  }
}

async function readAll({ dir, disk, log }: JournalOptions): Promise<Map<string, KnownCommand>> {
  const commands = new Map<string, KnownCommand>()
  const lines = String((await readWhole(disk, join(dir, FILE))) ?? '').split('\n')
  // What stands behind the last line feed is a torn write, which nobody was told of.
  for (const line of lines.slice(0, -1)) {
    const entry = decodeEntry(line)
    if (entry) applyEntry(commands, entry)
    else log.error({ line: line.slice(0, 100) }, 'a line of the command journal has rotted')
  }
  return commands
}

function bytesOf(entries: readonly JournalEntry[]): Buffer {
  return Buffer.from(entries.map(encodeEntry).join(''))
}

function broken(cause: unknown): GanzhiError {
  return new GanzhiError('指令日志无法写入 the command journal can not be written', {
    code: 'journal-broken',
    blame: 'outside',
    remedy: '请检查网关磁盘。 Check the disk of the gateway.',
    retryable: true,
    cause,
  })
}
