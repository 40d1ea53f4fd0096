import type { Names, Property } from '@ganzhi/contracts/profile'
import { unitText } from '@ganzhi/contracts/unit-text'

export type Language = keyof Names

/** What a rule's words stand for; what is not known is called by its id. */
export interface KnownNames {
  readonly properties?: ReadonlyMap<string, Property>
  readonly profiles?: ReadonlyMap<string, Names>
  /** By type: `cn.ganzhi.vision.crowd-gathering`. */
  readonly events?: ReadonlyMap<string, Names>
}

/** They, in one language. */
export interface Words {
  readonly property: (id: string) => string
  /** In the unit of a property. */
  readonly amount: (value: number, property: string) => string
  readonly value: (value: number | boolean | string, property: string) => string
  readonly event: (type: string) => string
  readonly profile: (id: string) => string
}

const CHINESE_UNITS: Readonly<Record<string, string>> = { s: '秒', min: '分钟', h: '小时', d: '天' }
const BOOLEANS = { zh: ['否', '是'], en: ['false', 'true'] } as const

export function wordsIn(language: Language, { properties, profiles, events }: KnownNames): Words {
  return {
    property: (id) => {
      const property = properties?.get(id)
      const name = property ? phrase(property.names[language]) : id
      // It is named like what it tells of: “pump running” is “true”.
      return property?.type === 'bool' ? quoted(name) : name
    },
    amount: (value, id) => {
      const ucum = properties?.get(id)?.unit ?? ''
      const unit = (language === 'zh' && CHINESE_UNITS[ucum]) || unitText(ucum)
      return `${value}${['', '%', '°'].includes(unit) ? '' : ' '}${unit}`
    },
    value: (value, id) => {
      if (typeof value === 'boolean') return quoted(BOOLEANS[language][Number(value)] ?? '')
      const label = properties?.get(id)?.labels?.[value]
      return label ? quoted(label[language]) : typeof value === 'string' ? quoted(value) : String(value)
    },
    event: (type) => quoted(phrase(events?.get(type)?.[language] ?? type)),
    profile: (id) => quoted(profiles?.get(id)?.[language] ?? id),
  }
}

/** 中英文都用弯引号。 */
export function quoted(text: string): string {
  return `“${text}”`
}

/** A name as it stands within a sentence: `Wind speed, highest` is `wind speed (highest)` there, `PM2.5` and `UPS load` stay. */
function phrase(name: string): string {
  return name.replace(/^[A-Z](?=[a-z])/, (first) => first.toLowerCase()).replace(/, (.+)$/, ' ($1)')
}
