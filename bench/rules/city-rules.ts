import type { Rule } from '@ganzhi/contracts/rule'

/** Ten rules about one property of a device, two of them over another as well: each is tested at each of its samples. */
export const CITY_RULES: readonly Rule[] = [
  { when: { above: 75, clearBelow: 70, for: 'PT5M' }, severity: 'minor' },
  { when: { above: 115, clearBelow: 110, for: 'PT5M' }, severity: 'major' },
  { when: { above: 150, clearBelow: 140, for: 'PT5M' }, severity: 'critical' },
  { when: { above: 250 }, severity: 'critical' },
  { when: { below: 0 }, severity: 'info' },
  { when: { equals: 999 }, severity: 'info' },
  { when: { above: 100, of: { n: 3, m: 5 } }, severity: 'minor' },
  { when: { below: 1, clearAbove: 2, for: 'PT1H' }, severity: 'info' },
  { when: { expression: 'pm25 > 2.0 * pm10', for: 'PT5M' }, severity: 'minor' },
  { when: { expression: 'pm25 > 120.0 && pm10 > 200.0', clear: 'pm25 < 100.0' }, severity: 'major' },
].map((fields, i) => ({ id: `rule-${i}`, version: 1, for: { property: 'pm25' }, ...fields }) as Rule)
