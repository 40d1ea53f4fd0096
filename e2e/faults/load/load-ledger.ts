import { type FileHandle, open } from 'node:fs/promises'

import type { AcceptedRecord, Submission } from '../oracle/facts.ts'

/**
 * What was handed in and what was answered, synced to a file of its own. It stands outside of everything that a
 * scenario breaks, so that "accepted" is what the gateways said and not what they remember.
 */
export interface LoadLedger extends AsyncDisposable {
  readonly submissions: readonly Submission[]
  /** How many were accepted, by this gateway or by all together. */
  readonly accepted: (gateway?: string) => number
  /** To be written before it is handed in: from then on it may be stored. */
  handIn(submission: Omit<Submission, 'accepted'>): Promise<OpenSubmission>
}

export interface OpenSubmission {
  accept(records: readonly AcceptedRecord[]): Promise<void>
}

export async function openLoadLedger(path: string): Promise<LoadLedger> {
  const file = await open(path, 'a')
  const submissions: Submission[] = []
  const write = syncedWriter(file)
  const accepted = new Map<string, number>()
  return {
    submissions,
    accepted: (gateway) =>
      gateway === undefined
        ? [...accepted.values()].reduce((sum, count) => sum + count, 0)
        : (accepted.get(gateway) ?? 0),
    async handIn(facts) {
      const number = submissions.push({ ...facts, accepted: undefined })
      await write({ number, handedIn: facts })
      return {
        async accept(records) {
          await write({ number, accepted: records })
          submissions[number - 1] = { ...facts, accepted: records }
          accepted.set(facts.gateway, (accepted.get(facts.gateway) ?? 0) + 1)
        },
      }
    },
    [Symbol.asyncDispose]: () => file.close(),
  }
}

/** Lines that come while a sync is under way share the next one. */
function syncedWriter(file: FileHandle): (line: object) => Promise<void> {
  let waiting: string[] = []
  let next: Promise<void> | undefined
  let current = Promise.resolve()

  async function writeAfter(before: Promise<void>): Promise<void> {
    await before
    const lines = waiting
    waiting = []
    next = undefined
    await file.appendFile(lines.join(''))
    await file.datasync()
  }

  return async (line) => {
    waiting.push(`${JSON.stringify(line)}\n`)
    next ??= writeAfter(current)
    current = next
    await current
  }
}
