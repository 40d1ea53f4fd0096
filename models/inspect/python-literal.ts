/** A literal as Python prints it (Ultralytics writes its metadata so): strings, numbers, None, lists, tuples, dicts. */
export function parsePythonLiteral(text: string): unknown {
  const reader = new LiteralReader(text)
  const value = reader.value()
  return reader.atEnd() ? value : undefined
}

const CLOSING: Readonly<Record<string, string>> = { '[': ']', '(': ')', '{': '}' }
const WORDS: Readonly<Record<string, unknown>> = { True: true, False: false, None: null }
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' }
/** Deeper than any metadata; a hostile file must not end the stack. */
const DEEPEST = 20

class LiteralReader {
  readonly #text: string
  #at = 0
  #depth = 0

  constructor(text: string) {
    this.#text = text
  }

  atEnd(): boolean {
    this.#skip(/\s*/y)
    return this.#at === this.#text.length
  }

  /** Undefined where there is none, or none that is whole. */
  value(): unknown {
    this.#skip(/\s*/y)
    const first = this.#text[this.#at] ?? ''
    if (first === "'" || first === '"') return this.#string(first)
    if (first in CLOSING) return this.#depth < DEEPEST ? this.#nested(first) : undefined
    const word = this.#skip(/[A-Za-z]+|[-+]?[0-9.]+(?:e[-+]?[0-9]+)?/y)
    if (word === '') return undefined
    return word in WORDS ? WORDS[word] : Number.isNaN(Number(word)) ? undefined : Number(word)
  }

  #nested(open: string): unknown {
    this.#depth++
    const items = this.#items(open)
    this.#depth--
    return items
  }

  #items(open: string): unknown {
    this.#at++
    const list: unknown[] = []
    const entries: [string, unknown][] = []
    for (;;) {
      this.#skip(/[\s,]*/y)
      if (this.#text[this.#at] === CLOSING[open]) break
      const item = this.value()
      if (item === undefined) return undefined
      if (open === '{') {
        if (typeof item !== 'string' && typeof item !== 'number') return undefined
        if (this.#skip(/\s*:/y) === '') return undefined
        const value = this.value()
        if (value === undefined) return undefined
        entries.push([String(item), value])
      } else list.push(item)
    }
    this.#at++
    return open === '{' ? Object.fromEntries(entries) : list
  }

  #string(quote: string): string | undefined {
    let read = ''
    for (this.#at++; this.#at < this.#text.length; this.#at++) {
      const each = this.#text[this.#at] as string
      if (each === quote) {
        this.#at++
        return read
      }
      if (each === '\\') {
        const escaped = this.#text[++this.#at] ?? ''
        read += ESCAPES[escaped] ?? escaped
      } else read += each
    }
    return undefined
  }

  /** What the pattern takes from here on. */
  #skip(pattern: RegExp): string {
    pattern.lastIndex = this.#at
    const [taken = ''] = pattern.exec(this.#text) ?? []
    this.#at += taken.length
    return taken
  }
}
