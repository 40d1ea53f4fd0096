/** Something the person at the terminal can act on: one line in each language, and the exit code it ends with. */
export class StackError extends Error {
  override readonly name = 'StackError'
  readonly zh: string
  readonly exitCode: 1 | 2

  constructor(text: { en: string; zh: string }, options: { exitCode?: 1 | 2; cause?: unknown } = {}) {
    super(text.en, options.cause === undefined ? undefined : { cause: options.cause })
    this.zh = text.zh
    this.exitCode = options.exitCode ?? 1
  }

  get line(): string {
    return `${this.zh} ${this.message}`.trim()
  }
}

export function portTaken(port: number, remedy: { en: string; zh: string }): StackError {
  return new StackError({
    en: `Port ${port} is taken: ${remedy.en}`,
    zh: `端口 ${port} 已被占用：${remedy.zh}。`,
  })
}

export function diskFull(directory: string, cause?: unknown): StackError {
  return new StackError(
    {
      en: `No space left for ${directory}: free some, or set GANZHI_HOME to another disk.`,
      zh: `磁盘已满：${directory}。`,
    },
    { cause },
  )
}
