import { AREA_LEVELS } from '@ganzhi/contracts/area'
import { type HistoryLimit, historyProperty } from '@ganzhi/contracts/history-limit'
import { All, Any, Limit, SINGLE_CONDITIONS } from '@ganzhi/contracts/rule-condition'
import type { TSchema } from 'typebox'
import type { FieldFault } from '../field-fault.ts'
import { durationFaults } from './duration-faults.ts'
import { outsideFaults } from './outside-faults.ts'
import { isObject, shapeFaults } from './shape-faults.ts'

type Path = readonly (string | number)[]
type Fields = Readonly<Record<string, unknown>>

const CONDITIONS = { ...SINGLE_CONDITIONS, all: All, any: Any } as const
type Kind = keyof typeof CONDITIONS
const KINDS = Object.keys(CONDITIONS) as Kind[]

/** Fields that are judged here, and not by their schema: as a union it would tell of every branch. */
const LIMITS = ['above', 'clearBelow', 'below', 'clearAbove']
const APART: ReadonlySet<string> = new Set([...LIMITS, 'equals'])

const AT_AREAS: ReadonlySet<Kind> = new Set(['devices', 'events', 'expression'])

const [, Attribute, History] = Limit.anyOf
const MOST_PROPERTY = 64

export interface Surrounding {
  /** What the rule says it is about. */
  readonly property: unknown
  /** The level of areas that it is judged at, `gateway` or `link`, or undefined for devices. */
  readonly each?: unknown
  /** The one it is a part of. */
  readonly partOf?: 'all' | 'any' | 'devices'
}

/** What is wrong with one condition, told by the kind that is meant: the one whose field is there. */
export function conditionFaults(value: unknown, path: Path, surrounding: Surrounding): FieldFault[] {
  const kinds = isObject(value) ? KINDS.filter((kind) => kind in value) : []
  const [kind, other] = kinds
  if (!isObject(value) || kind === undefined) {
    const found = isObject(value) ? `: ${Object.keys(value).join(' ')}` : ''
    return [
      {
        path,
        message: `names no condition${found}`,
        remedy: `应有其一 It needs one of: ${KINDS.join(' ')}`,
      },
    ]
  }
  if (other !== undefined) {
    return [
      {
        path: [...path, other],
        message: `stands beside ${kind}: these are two conditions`,
        remedy: `分开写 Write all: [{ ${kind}: … }, { ${other}: … }], or any`,
      },
    ]
  }
  if (kind === 'all' || kind === 'any') return combinedFaults(kind, value, path, surrounding)
  const misplaced = misplacedFaults(kind, path, surrounding)
  if (misplaced.length > 0) return misplaced
  if (kind === 'devices') return devicesFaults(value, path, surrounding)
  return [
    ...shapeFaults(CONDITIONS[kind], value, path, ([first]) => APART.has(first ?? '')),
    ...propertyFaults(kind, value, path, surrounding),
    ...LIMITS.flatMap((field) =>
      field in value
        ? limitFaults(value[field], [...path, field], value['property'] ?? surrounding.property)
        : [],
    ),
    ...crossedFaults(value, path),
    ...lastingFaults(value, path),
    ...kindFaults(kind, value, path),
    ...(kind === 'expression' ? withinFaults(value['within'], [...path, 'within'], surrounding) : []),
  ]
}

function combinedFaults(kind: 'all' | 'any', value: Fields, path: Path, around: Surrounding): FieldFault[] {
  if (around.partOf) {
    return [
      {
        path: [...path, kind],
        message: `stands within ${around.partOf}`,
        remedy: '各项须为单一条件 Each part is a single condition; what is more goes into an expression.',
      },
    ]
  }
  const parts = value[kind]
  return [
    ...shapeFaults(CONDITIONS[kind], value, path, ([first, part]) => first === kind && part !== undefined),
    ...lastingFaults(value, path),
    ...(Array.isArray(parts)
      ? parts.flatMap((part, i) => conditionFaults(part, [...path, kind, i], { ...around, partOf: kind }))
      : []),
  ]
}

/** At areas devices and events are counted, and expressions are over all their devices; all else is judged at a device. */
function misplacedFaults(kind: Kind, path: Path, { each, partOf }: Surrounding): FieldFault[] {
  const at = [...path, kind]
  if (kind === 'devices' && partOf === 'devices') {
    return [
      {
        path: at,
        message: 'stands within devices',
        remedy: '此处写单个设备的条件 Here stands what one device has to meet.',
      },
    ]
  }
  const ofGateways = each === 'gateway' || each === 'link'
  if ((kind === 'offline') !== ofGateways || (kind === 'offline' && partOf !== undefined)) {
    return [
      kind === 'offline'
        ? {
            path: at,
            message: partOf ? `stands within ${partOf}` : 'is judged at a gateway, and the rule is not',
            remedy: '规则须写 Write each: gateway (or link), and when: { offline: PT3M } or levels of it',
          }
        : {
            path: at,
            message: `is judged at a device, and the rule at each ${String(each)}`,
            remedy: '网关与链路只有 Of gateways and links there is only when: { offline: PT3M }',
          },
    ]
  }
  if (kind === 'devices' && each === undefined) {
    return [
      {
        path: at,
        message: 'counts the devices of an area, and the rule names no areas',
        remedy: `规则须写 Give the rule each: ${AREA_LEVELS.join(' | ')}`,
      },
    ]
  }
  if (each === undefined || ofGateways || AT_AREAS.has(kind)) return []
  return [
    {
      path: at,
      message: `is judged at a device, and the rule at areas`,
      remedy: `写作 Write devices: { atLeast: 1, when: { ${kind}: … } }`,
    },
  ]
}

function devicesFaults(value: Fields, path: Path, { property }: Surrounding): FieldFault[] {
  const { devices } = value
  return [
    ...shapeFaults(CONDITIONS.devices, value, path, ([, field]) => field === 'when'),
    ...lastingFaults(value, path),
    ...(isObject(devices) && 'when' in devices
      ? conditionFaults(devices['when'], [...path, 'devices', 'when'], { property, partOf: 'devices' })
      : []),
  ]
}

function withinFaults(within: unknown, path: Path, { each }: Surrounding): FieldFault[] {
  if (within === undefined || each !== undefined) return durationFaults(within, path)
  return [
    {
      path,
      message: 'is of expressions over areas, and this one is judged at a device',
      remedy: '删去，或用 Leave it out; how old a value may be is for stale: PT10M to say',
    },
  ]
}

function propertyFaults(kind: Kind, value: Fields, path: Path, { property }: Surrounding): FieldFault[] {
  const schema: TSchema & { properties?: object } = CONDITIONS[kind]
  const needs = 'property' in (schema.properties ?? {})
  if (!needs || 'property' in value || property !== undefined) return []
  return [
    {
      path: [...path, 'property'],
      message: 'is missing, and the rule names none',
      remedy: '在此或在 for 里写 property。 Write property: … here, or under for.',
    },
  ]
}

function limitFaults(limit: unknown, path: Path, property: unknown): FieldFault[] {
  if (typeof limit === 'number' && Number.isFinite(limit)) return []
  if (isObject(limit) && 'percentile' in limit) return historyFaults(limit, path, property)
  if (isObject(limit)) return shapeFaults(Attribute, limit, path)
  return [
    {
      path,
      message: `is neither a number, an attribute nor of the history: ${JSON.stringify(limit)}`,
      remedy: '例如 such as 75, { attribute: limit, otherwise: 75 }, or { percentile: 98, days: 28 }',
    },
  ]
}

function historyFaults(limit: object, path: Path, property: unknown): FieldFault[] {
  const faults = shapeFaults(History, limit, path)
  if (faults.length > 0 || typeof property !== 'string') return faults
  const name = historyProperty(property, 'high', limit as HistoryLimit)
  return name.length <= MOST_PROPERTY
    ? []
    : [
        {
          path: [...path, 'percentile'],
          message: `is kept as the property ${name}, which is too long a name`,
          remedy: `属性名过长 Give the property a shorter name, by ${name.length - MOST_PROPERTY}`,
        },
      ]
}

/** A condition that ends beyond where it begins would be on and off at once. */
function crossedFaults(value: Fields, path: Path): FieldFault[] {
  const { above, clearBelow, below, clearAbove } = value
  const over = typeof above === 'number' && typeof clearBelow === 'number' && clearBelow > above
  const under = typeof below === 'number' && typeof clearAbove === 'number' && clearAbove < below
  return [
    ...(over
      ? [
          {
            path: [...path, 'clearBelow'],
            message: `is ${clearBelow}, above ${above}, at which it begins`,
            remedy: `应不大于 Give at most ${above}`,
          },
        ]
      : []),
    ...(under
      ? [
          {
            path: [...path, 'clearAbove'],
            message: `is ${clearAbove}, below ${below}, at which it begins`,
            remedy: `应不小于 Give at least ${below}`,
          },
        ]
      : []),
  ]
}

function lastingFaults(value: Fields, path: Path): FieldFault[] {
  return ['for', 'clearFor'].flatMap((field) =>
    durationFaults(value[field], [...path, field], { mayBeNone: true }),
  )
}

/** What only one kind of condition can be wrong in. */
function kindFaults(kind: Kind, value: Fields, path: Path): FieldFault[] {
  const { of, rate, events, equals } = value
  const inner = (group: unknown, name: string, fields: readonly string[]) =>
    isObject(group) ? fields.flatMap((field) => durationFaults(group[field], [...path, name, field])) : []
  return [
    ...(isObject(of) && typeof of['n'] === 'number' && typeof of['m'] === 'number' && of['n'] > of['m']
      ? [
          {
            path: [...path, 'of', 'n'],
            message: `is ${of['n']}, of only ${of['m']}`,
            remedy: `应不大于 m Give n at most as m: ${of['m']}`,
          },
        ]
      : []),
    ...(kind === 'equals' && !['number', 'boolean', 'string'].includes(typeof equals)
      ? [
          {
            path: [...path, 'equals'],
            message: `is not a value: ${JSON.stringify(equals)}`,
            remedy: '数、true/false 或文本 A number, true, false or a text',
          },
        ]
      : []),
    ...['stuck', 'noData', 'stale', 'offline'].flatMap((field) =>
      field === kind ? durationFaults(value[field], [...path, field]) : [],
    ),
    ...inner(events, 'events', ['within']),
    ...inner(rate, 'rate', ['per', 'over']),
    ...(isObject(value['outside']) ? outsideFaults(value['outside'], [...path, 'outside']) : []),
    ...(isObject(rate) ? rateFaults(rate, [...path, 'rate']) : []),
  ]
}

function rateFaults({ above, below }: Fields, path: Path): FieldFault[] {
  if (above === undefined && below === undefined) {
    return [
      {
        path,
        message: 'has neither above nor below',
        remedy: '升写 above，降写 below Rising is above: 5, falling below: -5',
      },
    ]
  }
  if (typeof above !== 'number' || typeof below !== 'number' || below <= above) return []
  return [
    {
      path: [...path, 'below'],
      message: `is ${below}, more than above: it would always hold`,
      remedy: `应不大于 Give at most ${above}`,
    },
  ]
}
