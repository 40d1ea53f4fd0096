import { mismatch } from '../model-error.ts'
import { shapeText, type Tensor } from '../tensor.ts'
import { isProbable, rangeOf } from './table.ts'

/** Which outputs hold the boxes, scores and classes of a model's own choice. */
export interface Listed {
  readonly boxes: number
  readonly scores: number
  readonly classes: number
}

/** Names differ and so does the order: boxes are known by their four columns, scores and classes by name or, failing that, by value. */
export function findListed(outputs: readonly Tensor[]): Listed | undefined {
  const boxes = outputs.findIndex(({ dims }) => dims.length >= 2 && dims.at(-1) === 4)
  const rows = outputs[boxes]?.dims.at(-2)
  const lists = [...outputs.keys()].filter((at) => {
    const { dims } = outputs[at] as Tensor
    return at !== boxes && dims.at(-1) === rows && dims.slice(0, -1).every((dim) => dim === 1)
  })
  const named = (pattern: RegExp) => lists.find((at) => pattern.test(outputs[at]?.name ?? ''))
  const scores = named(/score|conf/i) ?? lists.find((at) => looksLikeScores(outputs[at]))
  const classes = named(/label|class/i) ?? lists.find((at) => at !== scores)
  if (boxes < 0 || scores === undefined || classes === undefined || scores === classes) return undefined
  return { boxes, scores, classes }
}

function looksLikeScores(output: Tensor | undefined): boolean {
  return output !== undefined && isProbable(rangeOf(output.data)) && !output.data.every(Number.isInteger)
}

export function mustFindListed(outputs: readonly Tensor[]): Listed {
  const listed = findListed(outputs)
  if (listed) return listed
  const given = outputs.map(({ name, dims }) => `${name} ${shapeText(dims)}`).join(', ')
  throw mismatch('head', `it does not give boxes, scores and classes but ${given}`)
}
