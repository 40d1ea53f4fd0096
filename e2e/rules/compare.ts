import type { Told } from './told.ts'

/** One place where two lists of transitions are not the same. */
export interface Difference {
  readonly target: string
  readonly at: number
  readonly text: string
}

/** Device by device, transition by transition. */
export function differences(expected: readonly Told[], actual: readonly Told[]): Difference[] {
  const targets = [...new Set([...expected, ...actual].map(({ target }) => target))].sort()
  return targets.flatMap((target) => {
    const of = (told: readonly Told[]) => told.filter((each) => each.target === target)
    const [due, came] = [of(expected), of(actual)]
    // After the first one that differs those that follow say nothing new.
    const index = due.findIndex((each, place) => !isAsExpected(each, came[place]))
    const first = index === -1 && came.length > due.length ? due.length : index
    if (first === -1) return []
    const at = Math.min(due[first]?.at ?? Infinity, came[first]?.at ?? Infinity)
    return { target, at, text: `${target}: by the text ${say(due[first])}, told ${say(came[first])}` }
  })
}

function isAsExpected(expected: Told, actual: Told | undefined): boolean {
  if (!actual) return false
  const same = (['at', 'from', 'to', 'value'] as const).every((field) =>
    Object.is(expected[field], actual[field]),
  )
  return same && Object.entries(expected.why).every(([name, of]) => actual.why[name] === of)
}

function say(told: Told | undefined): string {
  if (!told) return 'nothing'
  const { at, from, to, value, why } = told
  const since = why.since === undefined ? {} : { since: new Date(why.since).toISOString() }
  const reason = JSON.stringify({ ...why, ...since })
  return `${new Date(at).toISOString()} ${from} → ${to} with ${JSON.stringify(value)} ${reason}`
}
