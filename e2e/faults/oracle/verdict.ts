/** The six ways in which the promise can be broken. */
export const FAILURES = ['lost', 'duplicated', 'foreign', 'altered', 'disordered', 'unnamed'] as const
export type Failure = (typeof FAILURES)[number]

export interface Finding {
  readonly failure: Failure
  /** The record, reading, event or evidence that it happened to. */
  readonly what: string
  readonly why: string
}

export type Verdict = Readonly<Record<Failure, readonly Finding[]>>

export function verdictOf(findings: readonly Finding[]): Verdict {
  const of = (failure: Failure) => findings.filter((finding) => finding.failure === failure)
  return {
    lost: of('lost'),
    duplicated: of('duplicated'),
    foreign: of('foreign'),
    altered: of('altered'),
    disordered: of('disordered'),
    unnamed: of('unnamed'),
  }
}

export function isClean(verdict: Verdict): boolean {
  return FAILURES.every((failure) => verdict[failure].length === 0)
}

/** Six lines, and the first few members of every set that is not empty. */
export function printVerdict(verdict: Verdict, membersShown = 5): string {
  return FAILURES.flatMap((failure) => {
    const members = verdict[failure]
    const head = `  ${failure.padEnd(11)}${members.length === 0 ? '∅' : members.length}`
    const shown = members.slice(0, membersShown).map(({ what, why }) => `      ${what}: ${why}`)
    return [head, ...shown, ...(members.length > membersShown ? ['      …'] : [])]
  }).join('\n')
}
