import { GanzhiError } from '@ganzhi/contracts/error'
import { DatabaseError } from 'pg'

/** PostgreSQL answered, so the connection is sound. */
export function isDatabaseError(error: unknown): error is DatabaseError {
  return error instanceof DatabaseError
}

/** SQLSTATE classes that say the data itself can't be stored: cardinality, data, constraint, program limit. */
const REFUSALS = new Set(['21', '22', '23', '54'])

/**
 * True when trying the same again would fail again because of what is in it. Everything else (locks, deadlocks, a full
 * disk, a restart, a lost connection) passes.
 */
export function isRefusal(error: unknown): boolean {
  if (isDatabaseError(error)) return REFUSALS.has(error.code?.slice(0, 2) ?? '')
  if (error instanceof GanzhiError) return !error.retryable
  return error instanceof TypeError || error instanceof RangeError
}
