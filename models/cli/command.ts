import { GanzhiError } from '@ganzhi/contracts/error'
import { parseArgs, type ParseArgsOptionsConfig } from 'node:util'

/** Where a command is run from. */
export interface ModelTerminal {
  /** To stdout: what was asked for. With --json the document, and nothing else. */
  readonly out: (text: string) => void
  /** To stderr: what goes on, and what went wrong. */
  readonly err: (text: string) => void
}

export interface ModelCall {
  readonly terminal: ModelTerminal
  /** The user's wish to stop. */
  readonly signal: AbortSignal
}

/** 0 done, 1 failed, 2 bad use. */
export type ExitCode = 0 | 1 | 2

export interface ModelCommand {
  /** Usage, options and examples, in both languages. */
  readonly help: string
  run(args: readonly string[], call: ModelCall): Promise<ExitCode>
}

const EVERYWHERE = { json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } as const

type Values<O extends ParseArgsOptionsConfig> = ReturnType<
  typeof parseArgs<{ options: O & typeof EVERYWHERE; allowPositionals: true; strict: true }>
>['values']

/** A command with its options: what `run` gets is typed by them. Every command takes --json and --help. */
export function modelCommand<const O extends ParseArgsOptionsConfig>(declared: {
  readonly help: string
  readonly options: O
  run(values: Values<O>, call: ModelCall & { readonly positionals: readonly string[] }): Promise<ExitCode>
}): ModelCommand {
  return {
    help: declared.help,
    async run(args, call) {
      const { values, positionals } = parsed(args, { ...declared.options, ...EVERYWHERE })
      return declared.run(values as Values<O>, { ...call, positionals })
    },
  }
}

function parsed(args: readonly string[], options: ParseArgsOptionsConfig) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true })
  } catch (error) {
    throw badUse(error instanceof Error ? error.message : String(error))
  }
}

/** The one thing that stands without a dash. */
export function only(words: readonly string[], what: string): string {
  const [word, ...more] = words
  if (word !== undefined && more.length === 0) return word
  throw badUse(`应给出一个 one must be given: ${what}`)
}

/** A number from 0 to 1. */
export function shareIn(text: string, name: string): number {
  const share = Number(text)
  if (text.trim() !== '' && share >= 0 && share <= 1) return share
  throw badUse(`--${name} 应为 must be from 0 to 1; 得到 found ${text}`)
}

/** A whole number of an option. */
export function numberIn(
  text: string | undefined,
  name: string,
  { from, to, else: otherwise }: { readonly from: number; readonly to: number; readonly else: number },
): number {
  if (text === undefined) return otherwise
  const number = Number(text)
  if (text.trim() !== '' && Number.isInteger(number) && number >= from && number <= to) return number
  throw badUse(`--${name} 应为整数 must be a whole number from ${from} to ${to}; 得到 found ${text}`)
}

export function badUse(message: string): GanzhiError {
  return new GanzhiError(message, {
    code: 'bad-use',
    blame: 'caller',
    remedy: '加 --help 看用法。 Add --help to see how it is used.',
  })
}
