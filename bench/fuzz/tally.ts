import { isGanzhiError } from '@ganzhi/contracts/error'
import type { LinkEvent } from '@ganzhi/device-drivers/driver'
import type { Answer } from '@ganzhi/device-drivers/modbus/wire'

export interface Fuzzing {
  /** So many replies are tampered with. */
  readonly mutated: number
  /** A whole number from 0 up to, and without, `below`. */
  readonly pick: (below: number) => number
  readonly progress: (tally: Tally) => void
  readonly signal: AbortSignal
}

/** What became of requests whose replies were tampered with. */
export interface Tally {
  /** Frames that were not, or not only, the right reply at the right time. */
  mutated: number
  asked: number
  right: number
  exceptions: number
  /** The driver said why: `bad-reply`, `no-answer`, `link-down`. */
  readonly refused: Record<string, number>
  readonly discarded: Record<Discarded['why'], number>
  /** A value that was never said in answer to that request, with good quality. */
  readonly wrong: string[]
}

type Discarded = Extract<LinkEvent, { kind: 'discarded' }>

export function emptyTally(): Tally {
  return {
    mutated: 0,
    asked: 0,
    right: 0,
    exceptions: 0,
    refused: {},
    discarded: { late: 0, foreign: 0, corrupt: 0 },
    wrong: [],
  }
}

/** An error that is not of the outside is a crash. */
export async function countAnswer(
  tally: Tally,
  asked: Promise<Answer>,
  isTrue: (bytes: Uint8Array) => boolean,
): Promise<void> {
  tally.asked += 1
  try {
    const answer = await asked
    if (answer.kind === 'exception') tally.exceptions += 1
    else if (isTrue(answer.bytes)) tally.right += 1
    else tally.wrong.push(Buffer.from(answer.bytes).toString('hex'))
  } catch (error) {
    if (!isGanzhiError(error) || error.blame !== 'outside') throw error
    tally.refused[error.code] = (tally.refused[error.code] ?? 0) + 1
  }
}

export function countEvent(tally: Tally, event: LinkEvent): void {
  if (event.kind === 'discarded') tally.discarded[event.why] += 1
}
