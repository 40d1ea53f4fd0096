import type { Severity } from '@ganzhi/contracts/severity'

import type { CaseRule, Lasting, RuleCase, Single } from '../cases/rule-case.ts'
import type { Told } from '../told.ts'
import type { Alteration } from './alteration.ts'
import { expectedTransitions } from './expected.ts'

type Counted = Lasting & { readonly devices: { readonly atLeast: number; readonly when: Single } }
type AreaPart = Counted | Extract<Single, { events: unknown }>

/** As a rule file has it that judges areas. */
export interface AreaCaseRule {
  readonly severity: Severity
  readonly when:
    | AreaPart
    | (Lasting & ({ readonly all: readonly AreaPart[] } | { readonly any: readonly AreaPart[] }))
}

export interface AreaCase extends Pick<RuleCase, 'lines'> {
  readonly rule: AreaCaseRule
  /** In which area each device stands. */
  readonly areas: ReadonlyMap<string, string>
  readonly until: number
}

/**
 * All transitions of areas by docs/rules.md: how many devices meet a condition is a value of the area, which it tells whenever
 * it is another after a moment.
 */
export function expectedInAreas(of: AreaCase, alteration?: Alteration): Told[] {
  const { rule, lines, areas, until } = of
  const { severity, when } = rule
  const parts = 'all' in when ? when.all : 'any' in when ? when.any : [when]
  const values = parts.flatMap((part) =>
    'devices' in part ? countsOf(of, part, nameOf(parts, part), alteration) : [],
  )
  const incidents = lines.flatMap(({ device, input }) => {
    const area = areas.get(device)
    return area !== undefined && input.kind === 'event' ? [{ device: area, input }] : []
  })
  const judged = parts.map((part) => ('devices' in part ? asValue(part, nameOf(parts, part)) : part))
  const [alone = { any: [] }] = judged
  const whole = 'all' in when ? { ...when, all: judged } : 'any' in when ? { ...when, any: judged } : alone
  const asRule: CaseRule = { levels: [{ severity, when: whole }] }
  const asCase = { rule: asRule, attributes: {}, lines: [...values, ...incidents], until }
  // Its limit is none of the rule's.
  return expectedTransitions(asCase, alteration).map(({ why, ...told }) => ({
    ...told,
    why: { ...why, above: undefined },
  }))
}

function nameOf(parts: readonly AreaPart[], part: AreaPart): string {
  return `part ${parts.indexOf(part)}`
}

/** More than one less: whole devices are counted. */
function asValue({ devices, ...lasting }: Counted, property: string): Single {
  return { ...lasting, above: devices.atLeast - 1, property }
}

function countsOf(
  { lines, areas, until }: AreaCase,
  { devices: { when } }: Counted,
  property: string,
  alteration: Alteration | undefined,
): RuleCase['lines'] {
  const rule: CaseRule = { levels: [{ severity: 'info', when }] }
  const turns = expectedTransitions({ rule, attributes: {}, lines, until }, alteration)
  const meeting = new Map<string, Set<string>>()
  return [...Map.groupBy(turns, ({ at }) => at)].flatMap(([at, ofMoment]) => {
    const touched = new Set<string>()
    for (const { target, to } of ofMoment) {
      const area = areas.get(target)
      if (area === undefined) continue
      const who = meeting.get(area) ?? new Set()
      meeting.set(area, who)
      if (to === 'clear') who.delete(target)
      else who.add(target)
      touched.add(area)
    }
    return [...touched].map((area) => {
      const value = meeting.get(area)?.size ?? 0
      return {
        device: area,
        input: { kind: 'sample' as const, at, property, value, quality: 'good' as const },
      }
    })
  })
}
