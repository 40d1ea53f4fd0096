import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'

export interface Terminal {
  /** To stdout: what was asked for. */
  readonly out: (text: string) => void
  /** To stderr: what goes on, and what went wrong. */
  readonly err: (text: string) => void
  /** Overwrites the last line of stderr; only where somebody sits at it. */
  readonly status?: (line: string) => void
  /** Of stdout, where somebody reads it. */
  readonly columns?: number
  /** A line from a person; only where one sits at it. Empty when they left. */
  readonly ask?: (question: string) => Promise<string>
  /** A line from whoever is there, a person or a pipe; not shown while it is typed. */
  readonly secret: (question: string) => Promise<string>
}

export function processTerminal({ stdin, stdout, stderr }: NodeJS.Process): Terminal {
  return {
    out: (text) => void stdout.write(`${text}\n`),
    err: (text) => void stderr.write(`${text}\n`),
    ...(stderr.isTTY && { status: (line: string) => void stderr.write(`\r\x1b[2K${line}`) }),
    ...(stdout.isTTY && { columns: stdout.columns }),
    ...(stdin.isTTY && stderr.isTTY && { ask: (question: string) => answerTo(question, { stdin, stderr }) }),
    async secret(question) {
      if (stdin.isTTY) stderr.write(question)
      const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
      const lines = createInterface({ input: stdin, output: nowhere, terminal: stdin.isTTY })
      try {
        return await lines.question('')
      } finally {
        lines.close()
        if (stdin.isTTY) stderr.write('\n')
      }
    },
  }
}

async function answerTo(
  question: string,
  { stdin, stderr }: Pick<NodeJS.Process, 'stdin' | 'stderr'>,
): Promise<string> {
  const lines = createInterface({ input: stdin, output: stderr })
  const left = new Promise<string>((resolve) => {
    lines.once('close', () => resolve(''))
    // A raw terminal gives Ctrl-C to readline, not to the process.
    lines.once('SIGINT', () => process.kill(process.pid, 'SIGINT'))
  })
  try {
    return await Promise.race([lines.question(question), left])
  } finally {
    lines.close()
  }
}
