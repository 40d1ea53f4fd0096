import { GanzhiError } from '@ganzhi/contracts/error'

const MOST_SHOWN = 20

/** The refusal of a list, with what is wrong in the words of the file that it is from. */
export function refusalOfFile(
  file: string,
  refusal: GanzhiError,
  placeOf: (index: number) => string,
): GanzhiError {
  const { faults = [], code, field, remedy } = refusal
  if (faults.length === 0) return refusal
  const lines = faults.slice(0, MOST_SHOWN).map(({ index = 0, message }) => `  ${placeOf(index)}: ${message}`)
  const more = faults.length > MOST_SHOWN ? ['  …'] : []
  return new GanzhiError([`${file}: 未作任何改动 nothing was changed`, ...lines, ...more].join('\n'), {
    code,
    blame: 'caller',
    faults,
    cause: refusal,
    ...(field !== undefined && { field }),
    ...(remedy !== undefined && { remedy }),
  })
}
