import { backtest } from './backtest.ts'
import { csvOf, ruleDocument } from './cases/case-files.ts'
import { randomCase } from './cases/random-case.ts'
import type { RuleCase } from './cases/rule-case.ts'
import { differences } from './compare.ts'
import { expectedTransitions } from './reference/expected.ts'
import { shrink } from './shrink.ts'

export interface Judged {
  readonly seed: string
  readonly transitions: number
  /** What was told otherwise than by the text, with the least case that shows it. */
  readonly fault: string | undefined
}

/** Makes the case of a seed, has it told by the command, and compares. */
export async function judgeSeed(seed: string, signal?: AbortSignal): Promise<Judged> {
  const of = randomCase(seed)
  const expected = expectedTransitions(of)
  const tell = (each: RuleCase) => backtest(each, signal)
  const [first] = differences(expected, await tell(of))
  if (!first) return { seed, transitions: expected.length, fault: undefined }
  const least = await shrink(of, first.target, tell)
  const [shown = first] = differences(expectedTransitions(least), await tell(least))
  return { seed, transitions: expected.length, fault: [shown.text, ...printCase(least)].join('\n') }
}

/** Ready to be put into files and run. */
function printCase(of: RuleCase): string[] {
  const events = of.lines.filter(({ input }) => input.kind === 'event')
  return [
    `rule.yaml: ${JSON.stringify(ruleDocument(of.rule))}`,
    `attributes: ${JSON.stringify(of.attributes)}`,
    csvOf(of),
    ...events.map(({ device, input }) =>
      JSON.stringify({ device, ...input, at: new Date(input.at).toISOString() }),
    ),
  ]
}
