import { coloursFor } from './colours.ts'
import type { Terminal } from './terminal.ts'

/** A terminal that keeps what was said, and answers questions from a list; for tests. */
export function scriptedTerminal(
  answers?: readonly string[],
): Terminal & { said: { out: string; err: string } } {
  const said = { out: '', err: '' }
  const left = [...(answers ?? [])]
  return {
    said,
    out: (text) => void (said.out += `${text}\n`),
    err: (text) => void (said.err += `${text}\n`),
    status: () => {},
    interactive: answers !== undefined,
    columns: 100,
    colours: coloursFor(false),
    ask(question) {
      said.err += `${question}\n`
      return Promise.resolve(left.shift())
    },
  }
}
