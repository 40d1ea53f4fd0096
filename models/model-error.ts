import { GanzhiError } from '@ganzhi/contracts/error'

/** A model that can't be run here, or must not be. */
export function refused(reason: string, remedy: string, cause?: unknown): GanzhiError {
  return new GanzhiError(`the model is refused: ${reason}`, {
    code: 'model-refused',
    blame: 'caller',
    field: 'weights',
    remedy,
    cause,
  })
}

/** A model that runs, but is not what its card says. */
export function mismatch(field: string, reason: string): GanzhiError {
  return new GanzhiError(`the model is not what its card says: ${reason}`, {
    code: 'model-mismatch',
    blame: 'caller',
    field,
    remedy: 'Compare the card with `ganzhi model inspect` of the weights.',
  })
}

/** A model that ran well at first and gives what no model gives. */
export function badOutput(reason: string): GanzhiError {
  return new GanzhiError(`the model put out ${reason}`, {
    code: 'model-output',
    blame: 'outside',
    remedy: 'Take the model back to its last good version.',
  })
}
