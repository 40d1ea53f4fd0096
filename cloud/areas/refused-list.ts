import { type Fault, GanzhiError } from '@ganzhi/contracts/error'

const MOST_TOLD = 100

/** Refuses a list as a whole, and tells what is wrong with which of its entries. */
export function refuseFaults(faults: readonly Fault[]): void {
  const [first] = faults
  if (!first) return
  const more = faults.length - 1
  const { message, field, remedy } = first
  throw new GanzhiError(more > 0 ? `${message}（另有 and ${more} more）` : message, {
    code: 'bad-input',
    blame: 'caller',
    field,
    remedy,
    faults: faults.slice(0, MOST_TOLD),
  })
}
