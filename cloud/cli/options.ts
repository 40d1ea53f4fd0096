import { GanzhiError } from '@ganzhi/contracts/error'
import { parseArgs, type ParseArgsOptionsConfig } from 'node:util'

const EVERYWHERE = { json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } as const

export function parsedOptions<const O extends ParseArgsOptionsConfig>(args: readonly string[], options: O) {
  try {
    return parseArgs({
      args: [...args],
      options: { ...options, ...EVERYWHERE },
      allowPositionals: true,
      strict: true,
    })
  } catch (error) {
    throw badUse(error instanceof Error ? error.message : String(error))
  }
}

export function badUse(message: string, field?: string): GanzhiError {
  return new GanzhiError(message, {
    code: 'bad-use',
    blame: 'caller',
    remedy: '加 --help 看用法。 Add --help to see how it is used.',
    ...(field === undefined ? {} : { field }),
  })
}

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** `90s`, `5m`, `2h`. */
export function durationMs(text: string, name: string): number {
  const [, digits, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text) ?? []
  if (digits !== undefined && unit !== undefined) return Math.round(Number(digits) * (UNIT_MS[unit] ?? 1))
  throw badUse(`--${name} 应如 must be like 30s, 5m or 2h; 得到 found ${text}`, name)
}
