import type { AreaLevel } from '@ganzhi/contracts/area'

interface CodeForm {
  readonly pattern: RegExp
  readonly says: string
}

/** 6 digits by GB/T 2260; 3 more for the street (GB/T 10114), 3 for the community, 3 for the grid. */
const FORMS: Readonly<Record<AreaLevel, CodeForm>> = {
  city: { pattern: /^\d{4}00$/, says: '6 位，末两位为 00。 6 digits, 00 last: 340100' },
  county: { pattern: /^\d{4}(?!00)\d\d$/, says: '6 位，末两位不为 00。 6 digits, not 00 last: 340104' },
  street: {
    pattern: /^\d{4}(?!00)\d\d(?!000)\d{3}000$|^\d{4}00(?!000)\d{3}000$/,
    says: '12 位，末三位为 000。 12 digits, 000 last: 340104001000',
  },
  community: {
    pattern: /^\d{12}$(?<!000)/,
    says: '12 位，末三位不为 000。 12 digits, not 000 last: 340104001001',
  },
  grid: {
    pattern: /^\d{15}$(?<!000)/,
    says: '15 位，末三位不为 000。 15 digits, not 000 last: 340104001001001',
  },
}

/** What a code of this level looks like, where this one does not. */
export function codeFormFault(level: AreaLevel, code: string): string | undefined {
  const { pattern, says } = FORMS[level]
  return pattern.test(code) ? undefined : says
}

/** The digits that stand before the codes of everything below. */
export function codeStem(level: AreaLevel, code: string): string {
  switch (level) {
    case 'city':
      // 直辖市: 110000, with counties 1101xx.
      return code.slice(0, code.endsWith('0000') ? 2 : 4)
    case 'county':
      return code.slice(0, 6)
    case 'street':
      return code.slice(0, 9)
    case 'community':
      return code.slice(0, 12)
    case 'grid':
      return code
  }
}
