import { ruleDocument } from '../rules/cases/case-files.ts'
import type { CaseRule } from '../rules/cases/rule-case.ts'

export const CROWD = 'cn.ganzhi.vision.crowd-gathering'
export const SMOKE = 'cn.ganzhi.vision.smoke'

/** About which values hover. */
export const LIMIT = 10

/** Values later than this go the late path. */
export const LATENESS_S = 3

/** One of each kind of memory that a crash could take away or double. */
export const LAB_RULES: Readonly<Record<string, CaseRule>> = {
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
}

function major(when: CaseRule['levels'][number]['when']): CaseRule {
  return { property: 'level', levels: [{ severity: 'major', when }] }
}

/** As people would write them. */
export const LAB_RULE_DOCUMENTS = Object.entries(LAB_RULES).map(([id, rule]) => ({
  ...ruleDocument(rule),
  id,
  lateness: `PT${LATENESS_S}S`,
}))
