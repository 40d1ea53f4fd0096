import { GanzhiError } from '@ganzhi/contracts/error'
import { parseArgs, type ParseArgsOptionsConfig } from 'node:util'
import { nearest } from '../installer/nearest.ts'
import type { Terminal } from './terminal.ts'

export interface Call {
  readonly terminal: Terminal
  /** The user's wish to stop. */
  readonly signal: AbortSignal
  readonly version: string
}

/** 0 done, 1 failed, 2 bad use. */
export type ExitCode = 0 | 1 | 2

export interface Command {
  /** Usage, options and examples, in both languages. */
  readonly help: string
  run(args: readonly string[], call: Call): Promise<ExitCode>
}

type Options = ParseArgsOptionsConfig
type Values<O extends Options> = ReturnType<
  typeof parseArgs<{ options: O & typeof EVERYWHERE; allowPositionals: true; strict: true }>
>['values']

const EVERYWHERE = { json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } as const

/** A command with its options: what `run` gets is typed by them. Every command takes --json and --help. */
export function command<const O extends Options>(declared: {
  readonly help: string
  readonly options: O
  /** What may stand without a dash, for the message when something else does. */
  readonly positionals?: string
  run(values: Values<O>, call: Call & { readonly positionals: readonly string[] }): Promise<ExitCode>
}): Command {
  const options = { ...declared.options, ...EVERYWHERE }
  return {
    help: declared.help,
    async run(args, call) {
      const { values, positionals } = parsed(args, options)
      if (positionals.length > 0 && declared.positionals === undefined) {
        throw badUse(`多余的参数 unexpected ${positionals.join(' ')}`)
      }
      return await declared.run(values as Values<O>, { ...call, positionals })
    },
  }
}

function parsed(args: readonly string[], options: Options) {
  try {
    const { values, positionals } = parseArgs({
      args: withNegatives(args, options),
      options,
      allowPositionals: true,
    })
    return { values, positionals: positionals.map((word) => word.replace(NOT_AN_OPTION, '')) }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    const unknown = /^Unknown option '(-[^']*)'/.exec(message)?.[1]
    if (unknown === undefined) throw badUse(message)
    const meant = nearest(
      unknown,
      Object.keys(options).map((name) => `--${name}`),
    )
    throw badUse(`没有选项 there is no option ${unknown}${meant ? `; 是不是 did you mean ${meant}?` : ''}`)
  }
}

/** No argument of a program can hold it. */
const NOT_AN_OPTION = '\0'

/** parseArgs takes the -5 of `--value -5`, and that of `ask well-02 level -5`, for an option. */
function withNegatives(args: readonly string[], options: Options): string[] {
  const joined: string[] = []
  for (const arg of args) {
    const before = joined.at(-1)
    const takesValue = before?.startsWith('--') && options[before.slice(2)]?.type === 'string'
    const negative = /^-[\d.]/.test(arg)
    if (takesValue && negative) joined[joined.length - 1] = `${before}=${arg}`
    else joined.push(negative ? NOT_AN_OPTION + arg : arg)
  }
  return joined
}

export function needed<T>(value: T | undefined, name: string): T {
  if (value !== undefined) return value
  throw badUse(`缺少 --${name} is missing`)
}

/** The one word that stands without a dash. */
export function only(words: readonly string[], what: string): string {
  const [word, ...more] = words
  if (word !== undefined && more.length === 0) return word
  throw badUse(`应给出一个 one must be given: ${what}`)
}

export function wholeNumber(text: string, name: string, [low, high]: readonly [number, number]): number {
  const number = Number(text)
  if (/^\d+$/.test(text) && number >= low && number <= high) return number
  throw badUse(`--${name} 应为 must be a whole number, ${low}–${high}; 得到 found ${text}`)
}

export function badUse(message: string): GanzhiError {
  return new GanzhiError(message, {
    code: 'bad-use',
    blame: 'caller',
    remedy: '加 --help 看用法。Add --help to see how it is used.',
  })
}
