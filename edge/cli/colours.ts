import { styleText } from 'node:util'

/** By what a text says, not by how it looks. */
export interface Colours {
  readonly good: (text: string) => string
  readonly bad: (text: string) => string
  readonly warn: (text: string) => string
  readonly faint: (text: string) => string
  readonly strong: (text: string) => string
}

export function coloursFor(wanted: boolean): Colours {
  const style = (format: Parameters<typeof styleText>[0]) => (text: string) =>
    wanted ? styleText(format, text, { validateStream: false }) : text
  return {
    good: style('green'),
    bad: style('red'),
    warn: style('yellow'),
    faint: style('gray'),
    strong: style('bold'),
  }
}
