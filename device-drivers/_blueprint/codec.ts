/**
 * A codec is pure: text or bytes on one side, meaning on the other, no sockets, no clocks. So it can be tested with
 * literals and fuzzed by the million. Cite the clause of the protocol's text where a line implements it.
 *
 * The protocol of this example: one line a message, `GET temp` and `SET temp 21.5` are answered by `temp 21.5` or
 * `temp !reason`; `LIST` by `LIST temp pump`; after `WATCH temp`, a line `* temp 21.6` comes at each change. A device
 * that dials in says `HELLO its-name` first.
 */

export type Message =
  | { readonly kind: 'value'; readonly name: string; readonly value: number; readonly told: boolean }
  | { readonly kind: 'refusal'; readonly name: string; readonly reason: string }
  | { readonly kind: 'list'; readonly names: readonly string[] }
  | { readonly kind: 'hello'; readonly device: string }

const VALUE = /^(\* )?([a-z]\w*) (-?\d+(?:\.\d+)?)$/
const REFUSAL = /^([a-z]\w*) !(.+)$/
const HELLO = /^HELLO ([a-z0-9-]+)$/
const LIST = /^LIST((?: [a-z]\w*)*)$/

/** Nothing when the line is none of the protocol's: what can't be wholly understood must never become a value. */
export function parseLine(line: string): Message | undefined {
  const value = VALUE.exec(line)
  if (value) {
    const [, star, name = '', digits] = value
    return { kind: 'value', name, value: Number(digits), told: star !== undefined }
  }
  const refusal = REFUSAL.exec(line)
  if (refusal) return { kind: 'refusal', name: refusal[1] ?? '', reason: refusal[2] ?? '' }
  const hello = HELLO.exec(line)
  if (hello) return { kind: 'hello', device: hello[1] ?? '' }
  const list = LIST.exec(line)
  return list ? { kind: 'list', names: (list[1] ?? '').split(' ').filter(Boolean) } : undefined
}

/** The whole lines of a stream, and what is left of it. */
export function takeLines(stream: string): { lines: string[]; rest: string } {
  const lines = stream.split('\n')
  const rest = lines.pop() ?? ''
  return { lines, rest }
}
