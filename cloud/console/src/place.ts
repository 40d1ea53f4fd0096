import type { Period } from '@ganzhi/contracts/indicator'
import type { Severity } from '@ganzhi/contracts/severity'
import { reactive } from 'vue'
import { SEVERITIES } from './alarms/severities.ts'

export const RANGES = { '15m': 900_000, '1h': 3_600_000, '24h': 86_400_000, '7d': 604_800_000 } as const
export type RangeName = keyof typeof RANGES

export const PAGES = ['live', 'alarms', 'incidents', 'indicators', 'rules', 'notices'] as const
export type PageName = (typeof PAGES)[number]

export const ALARM_STATES = ['open', 'closed', 'all'] as const
/** Named here, so that the page is not sent the schemas that name them too. */
export const PERIODS = ['hour', 'day', 'week', 'month'] as const satisfies readonly Period[]
export const NOTICE_TABS = ['notices', 'silences', 'policy'] as const

/** In place of a rule's id, or before what a silence is to be of: one that is to be made. */
export const NEW = '+'

export interface Place {
  page: PageName
  /** Devices of this gateway only. */
  gateway: string | undefined
  /** The device that is shown; devices of two gateways may bear one name. */
  device: { readonly gateway: string; readonly device: string } | undefined
  series: number | undefined
  /** The incident that is shown. */
  incident: { readonly gateway: string; readonly incident: string } | undefined
  /** Alarms of this state, severity and rule only. */
  state: (typeof ALARM_STATES)[number]
  severity: Severity | undefined
  by: string | undefined
  /** The alarm that is shown. */
  alarm: string | undefined
  /** The area whose indicators of this period are shown, and the one of these that is. */
  area: string | undefined
  period: Period
  indicator: string | undefined
  /** The rule that is shown. */
  rule: string | undefined
  tab: (typeof NOTICE_TABS)[number]
  silence: string | undefined
  notice: string | undefined
  range: RangeName
}

/** Where in the console one is. It stands in the address, so that a page can be reloaded, kept and sent. */
export const place = reactive<Place>(read())

/** On a phone each of these hides the list it was chosen from. */
const OPENS = ['device', 'incident', 'alarm', 'indicator', 'rule', 'silence', 'notice'] as const

export function go(to: Partial<Place>, step?: 'replace'): void {
  const opens =
    (to.page !== undefined && to.page !== place.page) ||
    OPENS.some((name) => to[name] !== undefined && place[name] === undefined)
  Object.assign(place, to)
  const { device, incident, series, ...plain } = place
  const query = new URLSearchParams()
  const told = {
    ...plain,
    device: device && `${device.gateway}/${device.device}`,
    incident: incident && `${incident.gateway}/${incident.incident}`,
    series: series && String(series),
  }
  for (const [name, value] of Object.entries(told)) if (value) query.set(name, value)
  const address = `#${query.toString()}`
  // On a phone "back" returns to the list; changing the range makes no step of its own.
  if (step !== 'replace' && opens) history.pushState(null, '', address)
  else history.replaceState(null, '', address)
}

addEventListener('popstate', () => Object.assign(place, read()))

function read(): Place {
  const query = new URLSearchParams(location.hash.slice(1))
  const text = (name: string) => query.get(name) ?? undefined
  const [gateway, device] = query.get('device')?.split('/') ?? []
  const [teller, incident] = query.get('incident')?.split('/') ?? []
  return {
    page: oneOf(PAGES, text('page')) ?? 'live',
    gateway: text('gateway'),
    device: gateway && device ? { gateway, device } : undefined,
    incident: teller && incident ? { gateway: teller, incident } : undefined,
    series: Number(query.get('series')) || undefined,
    state: oneOf(ALARM_STATES, text('state')) ?? 'open',
    severity: oneOf(SEVERITIES, text('severity')),
    by: text('by'),
    alarm: text('alarm'),
    area: text('area'),
    period: oneOf(PERIODS, text('period')) ?? 'day',
    indicator: text('indicator'),
    rule: text('rule'),
    tab: oneOf(NOTICE_TABS, text('tab')) ?? 'notices',
    silence: text('silence'),
    notice: text('notice'),
    range: oneOf(Object.keys(RANGES) as RangeName[], text('range')) ?? '15m',
  }
}

function oneOf<T extends string>(known: readonly T[], told: string | undefined): T | undefined {
  return known.find((name) => name === told)
}
