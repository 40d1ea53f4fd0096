import { type Condition, partsOf, type RuleCase } from './cases/rule-case.ts'
import { differences } from './compare.ts'
import { expectedTransitions } from './reference/expected.ts'
import type { Told } from './told.ts'

type Teller = (of: RuleCase) => Promise<readonly Told[]>
type Lines = RuleCase['lines']

/** Of a case in which one device is told otherwise than by the text, the least that still is: few levels, few lines. */
export async function shrink(of: RuleCase, target: string, tell: Teller): Promise<RuleCase> {
  let least = await oneDevice(of, target, tell)
  for (let before = Infinity; sizeOf(least) < before;) {
    before = sizeOf(least)
    least = await simplerRule(least, target, tell)
    least = await fewerLines(least, target, tell)
  }
  return least
}

function sizeOf({ lines, rule }: RuleCase): number {
  return lines.length + JSON.stringify(rule).length
}

/** The clock goes from the first line of a file to its last one, whosever they are. */
async function oneDevice(of: RuleCase, target: string, tell: Teller): Promise<RuleCase> {
  const byTime = of.lines.toSorted((a, b) => a.input.at - b.input.at)
  const own = (line: Lines[number]) => line.device === target
  const alone = { ...of, lines: of.lines.filter(own) }
  if (await differs(alone, target, tell)) return alone
  return {
    ...of,
    lines: of.lines.filter((line) => own(line) || line === byTime[0] || line === byTime.at(-1)),
  }
}

async function simplerRule(of: RuleCase, target: string, tell: Teller): Promise<RuleCase> {
  for (const rule of simplerRules(of)) {
    const simpler = { ...of, rule }
    if (await differs(simpler, target, tell)) return simplerRule(simpler, target, tell)
  }
  return of
}

function simplerRules({ rule }: RuleCase): RuleCase['rule'][] {
  const { levels, active, bad, nan, property } = rule
  const rest = {
    levels,
    ...(active && { active }),
    ...(bad && { bad }),
    ...(nan && { nan }),
    ...(property && { property }),
  }
  const without = (['active', 'bad', 'nan'] as const)
    .filter((field) => rest[field] !== undefined)
    .map(
      (field) => Object.fromEntries(Object.entries(rest).filter(([name]) => name !== field)) as typeof rest,
    )
  const fewer = levels.length < 2 ? [] : levels.map((level) => ({ ...rest, levels: [level] }))
  const plainer = levels.flatMap((level, at) =>
    plainerConditions(level.when).map((when) => ({ ...rest, levels: levels.with(at, { ...level, when }) })),
  )
  return [...fewer, ...without, ...plainer]
}

function plainerConditions(condition: Condition): Condition[] {
  const parts = partsOf(condition)
  if (parts.length < 2) return []
  const fewer = parts.length < 3 ? [] : parts.map((_, at) => parts.toSpliced(at, 1))
  const again = fewer.map((some) =>
    'all' in condition ? { ...condition, all: some } : { ...condition, any: some },
  )
  return [...parts, ...again]
}

/** Every way of leaving some lines out is a device of its own of one file: one run of the command tries them all. */
async function fewerLines(of: RuleCase, target: string, tell: Teller): Promise<RuleCase> {
  const own = of.lines.filter(({ device }) => device === target)
  const others = of.lines.filter(({ device }) => device !== target)
  for (let share = Math.ceil(own.length / 2); share >= 1; share = share === 1 ? 0 : Math.ceil(share / 2)) {
    const ways = Array.from({ length: Math.ceil(own.length / share) }, (_, way) =>
      own.toSpliced(way * share, share),
    ).filter((lines) => lines.length > 0)
    const found = await firstThatDiffers(of, target, ways, others, tell)
    if (found) return fewerLines(found, target, tell)
  }
  return of
}

async function firstThatDiffers(
  of: RuleCase,
  target: string,
  ways: readonly Lines[],
  others: Lines,
  tell: Teller,
): Promise<RuleCase | undefined> {
  const names = ways.map((_, way) => `${target}-${way}`)
  const named = ways.flatMap((lines, way) =>
    lines.map(({ input }) => ({ device: `${target}-${way}`, input })),
  )
  const attributes = Object.fromEntries(names.map((name) => [name, of.attributes[target] ?? {}]))
  const together = { ...of, attributes, lines: [...named, ...others] }
  const differing = new Set(
    differences(expectedTransitions(together), await tell(together)).map((each) => each.target),
  )
  for (const [way, lines] of ways.entries()) {
    const alone = { ...of, lines: [...lines, ...others] }
    if (differing.has(`${target}-${way}`) && (await differs(alone, target, tell))) return alone
  }
  return undefined
}

async function differs(of: RuleCase, target: string, tell: Teller): Promise<boolean> {
  return differences(expectedTransitions(of), await tell(of)).some((each) => each.target === target)
}
