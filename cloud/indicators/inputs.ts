import type { Indicator } from '@ganzhi/contracts/indicator'

export function inputsOf(indicator: Indicator | undefined): string[] {
  return indicator !== undefined && 'with' in indicator ? [...new Set(Object.values(indicator.with))] : []
}

/** These and all that they follow from, each behind what it follows from. Of indicators that go in no circle. */
export function inputsFirst(
  ids: readonly string[],
  documentOf: (id: string) => Indicator | undefined,
): string[] {
  const done = new Set<string>()
  const add = (id: string): void => {
    if (done.has(id)) return
    for (const input of inputsOf(documentOf(id))) add(input)
    done.add(id)
  }
  for (const id of ids) add(id)
  return [...done]
}

/** An indicator that follows from itself, by way of these; undefined where none does. */
export function circleAt(
  id: string,
  documentOf: (id: string) => Indicator | undefined,
): string[] | undefined {
  const seen = new Set<string>()
  const wayTo = (at: string): string[] | undefined => {
    for (const input of inputsOf(documentOf(at))) {
      if (input === id) return [at]
      if (seen.has(input)) continue
      seen.add(input)
      const way = wayTo(input)
      if (way) return [at, ...way]
    }
    return undefined
  }
  return wayTo(id)
}

/** Everything that follows from one of these, they included. */
export function withFollowers(ids: Iterable<string>, all: Iterable<Indicator>): Set<string> {
  const found = new Set(ids)
  const others = [...all]
  for (let before = -1; before !== found.size;) {
    before = found.size
    for (const each of others) if (inputsOf(each).some((input) => found.has(input))) found.add(each.id)
  }
  return found
}
