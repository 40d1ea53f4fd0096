import { ruleDocument } from '../rules/cases/case-files.ts'
import type { CaseRule } from '../rules/cases/rule-case.ts'
import type { AreaCaseRule } from '../rules/reference/expected-in-areas.ts'

export const CROWD = 'cn.ganzhi.vision.crowd-gathering'
export const SMOKE = 'cn.ganzhi.vision.smoke'

/** About which values hover. */
export const LIMIT = 10

/** Values later than this go the late path. */
export const LATENESS_S = 3

interface LabRule extends CaseRule {
  /** Else it judges each device. */
  readonly each?: 'gateway'
}

/** One of each kind of memory that a crash could take away or double. */
export const LAB_RULES: Readonly<Record<string, LabRule>> = {
  high: major({ above: LIMIT, clearBelow: 8, for: 'PT2S' }),
  lasting: major({ above: LIMIT, for: 'PT5S', clearFor: 'PT4S' }),
  levels: {
    property: 'level',
    levels: [
      { severity: 'minor', when: { above: 9, clearBelow: 8 } },
      { severity: 'critical', when: { above: 12, for: 'PT3S' } },
    ],
  },
  share: major({ above: LIMIT, of: { n: 3, m: 5 } }),
  jump: major({ rate: { above: 3, over: 'PT8S' }, clearFor: 'PT2S' }),
  stuck: major({ stuck: 'PT6S', within: 1 }),
  strict: { ...major({ below: 7, for: 'PT1S' }), bad: 'clear', nan: 'reset' },
  crossed: major({
    expression: {
      op: '>',
      left: { op: 'property', property: 'level' },
      right: { op: 'property', property: 'flow' },
    },
    for: 'PT2S',
  }),
  crowd: major({ during: CROWD, for: 'PT2S', clearFor: 'PT3S' }),
  smoke: major({ events: { type: SMOKE, atLeast: 3, within: 'PT20S' } }),
  both: major({ all: [{ above: LIMIT }, { during: CROWD }], for: 'PT1S' }),
  either: major({ any: [{ below: 7, for: 'PT2S' }, { stuck: 'PT4S' }], clearFor: 'PT1S' }),
  silent: major({ noData: 'PT3S' }),
  dull: major({ stale: 'PT4S', clearFor: 'PT2S' }),
  lowOrSilent: major({ any: [{ below: 7, for: 'PT1S' }, { noData: 'PT5S' }], for: 'PT1S' }),
  offline: {
    each: 'gateway',
    levels: [
      { severity: 'minor', when: { offline: 'PT2S' } },
      { severity: 'critical', when: { offline: 'PT35S', clearFor: 'PT2S' } },
    ],
  },
}

function major(when: CaseRule['levels'][number]['when']): CaseRule {
  return { property: 'level', levels: [{ severity: 'major', when }] }
}

/** What many devices tell together, of both gateways. */
export const LAB_AREA_RULES: Readonly<Record<string, AreaCaseRule>> = {
  manyHigh: {
    severity: 'major',
    when: {
      devices: { atLeast: 2, when: { above: LIMIT, clearBelow: 8, for: 'PT2S', property: 'level' } },
      for: 'PT1S',
      clearFor: 'PT2S',
    },
  },
  crowdAndFlow: {
    severity: 'minor',
    when: {
      all: [
        { devices: { atLeast: 1, when: { during: CROWD } } },
        { devices: { atLeast: 2, when: { above: 9, property: 'flow' } } },
      ],
    },
  },
  manySmokes: { severity: 'critical', when: { events: { type: SMOKE, atLeast: 4, within: 'PT20S' } } },
}

/** As people would write them. */
export const LAB_RULE_DOCUMENTS = [
  ...Object.entries(LAB_RULES).map(([id, rule]) => ({ ...ruleDocument(rule), id })),
  ...Object.entries(LAB_AREA_RULES).map(([id, rule]) => ({ ...rule, id, for: {}, each: 'street' })),
].map((document) => ({ ...document, lateness: `PT${LATENESS_S}S` }))
