import { type Fault, GanzhiError } from '@ganzhi/contracts/error'

const MOST_SHOWN = 20

/** Refuses the file that a list is from, with what is wrong with which of its entries in the words of the file. */
export function refusalOfFile(
  file: string,
  faults: readonly [Fault, ...Fault[]],
  placeOf: (index: number) => string,
): GanzhiError {
  const lines = faults.slice(0, MOST_SHOWN).map(({ index = 0, message }) => `  ${placeOf(index)}: ${message}`)
  const more = faults.length > MOST_SHOWN ? ['  …'] : []
  const [{ field, remedy }] = faults
  return new GanzhiError([`${file}: 未作任何改动 nothing was changed`, ...lines, ...more].join('\n'), {
    code: 'bad-input',
    blame: 'caller',
    field,
    remedy,
    faults,
  })
}

export function areSome(faults: readonly Fault[] | undefined): faults is readonly [Fault, ...Fault[]] {
  return faults !== undefined && faults.length > 0
}
