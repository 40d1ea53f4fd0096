/** Whose fault an error is decides who must act: the one who asked, the world outside, or we. */
export type Blame = 'caller' | 'outside' | 'ours'

/** One of the things that are wrong with a list or a document. */
export interface Fault {
  /** Of the entry, where a list was sent. */
  readonly index?: number
  readonly field: string
  readonly message: string
  readonly remedy: string
}

export interface ErrorFacts {
  readonly code: string
  readonly blame: Blame
  /** Path of the field at fault, as the person who wrote it would name it: `points[3].address`. */
  readonly field?: string
  /** What to do about it, in one sentence. */
  readonly remedy?: string
  /** True when the same call may succeed later without anyone changing anything. */
  readonly retryable?: boolean
  /** Where it is wrong in several ways: all of them, or the first hundred. */
  readonly faults?: readonly Fault[]
  readonly cause?: unknown
}

/** The one error of the platform: a stable code for programs, a sentence and a remedy for people. */
export class GanzhiError extends Error {
  override readonly name = 'GanzhiError'
  readonly code: string
  readonly blame: Blame
  readonly field: string | undefined
  readonly remedy: string | undefined
  readonly retryable: boolean
  readonly faults: readonly Fault[] | undefined

  constructor(message: string, facts: ErrorFacts) {
    super(message, facts.cause === undefined ? undefined : { cause: facts.cause })
    this.code = facts.code
    this.blame = facts.blame
    this.field = facts.field
    this.remedy = facts.remedy
    this.retryable = facts.retryable ?? false
    this.faults = facts.faults
  }
}

export function isGanzhiError(error: unknown, code?: string): error is GanzhiError {
  return error instanceof GanzhiError && (code === undefined || error.code === code)
}

/** An error as programs are told of it. */
export interface ErrorDocument {
  readonly code: string
  readonly message: string
  readonly field?: string
  readonly remedy?: string
  readonly faults?: readonly Fault[]
}

export function errorDocument(error: unknown): ErrorDocument {
  if (!isGanzhiError(error)) {
    return { code: 'failed', message: error instanceof Error ? error.message : String(error) }
  }
  const { code, message, field, remedy, faults } = error
  return {
    code,
    message,
    ...(field !== undefined && { field }),
    ...(remedy !== undefined && { remedy }),
    ...(faults && { faults }),
  }
}
