import { createInterface } from 'node:readline/promises'
import { type Colours, coloursFor } from './colours.ts'

/** Where a command is run from, and what it may do there. */
export interface Terminal {
  /** To stdout: what was asked for. With --json the document, and nothing else. */
  readonly out: (text: string) => void
  /** To stderr: what goes on, and what went wrong. */
  readonly err: (text: string) => void
  /** Somebody sits at it: they can be asked, and lines of stderr can be written over. */
  readonly interactive: boolean
  /** Overwrites the last line of stderr; only where `interactive`. */
  readonly status: (line: string) => void
  readonly columns: number
  readonly colours: Colours
  /** A line from a person; undefined when they gave none, or left. */
  readonly ask: (question: string, signal: AbortSignal) => Promise<string | undefined>
}

export function processTerminal({ stdin, stdout, stderr, env }: NodeJS.Process): Terminal {
  const interactive = stdin.isTTY && stderr.isTTY
  return {
    out: (text) => void stdout.write(`${text}\n`),
    err: (text) => void stderr.write(`${text}\n`),
    interactive,
    status: (line) => void stderr.write(`\r\x1b[2K${line}`),
    columns: stderr.columns || 100,
    // https://no-color.org: present and not empty, whatever its value.
    colours: coloursFor(stdout.isTTY && !env['NO_COLOR'] && env['TERM'] !== 'dumb'),
    async ask(question, signal) {
      const lines = createInterface({ input: stdin, output: stderr })
      const left = new Promise<undefined>((resolve) => {
        lines.once('close', () => resolve(undefined))
        // A raw terminal gives Ctrl-C to readline, not to the process.
        lines.once('SIGINT', () => process.kill(process.pid, 'SIGINT'))
      })
      const answer = lines.question(question, { signal }).catch(() => undefined)
      try {
        return await Promise.race([answer, left])
      } finally {
        lines.close()
      }
    },
  }
}

/** Only `y`, `yes`, `是` and `好` are a yes. */
export async function confirmed(terminal: Terminal, question: string, signal: AbortSignal): Promise<boolean> {
  const answer = await terminal.ask(`${question} [y/N] `, signal)
  return /^(y|yes|是|好)$/i.test(answer?.trim() ?? '')
}
