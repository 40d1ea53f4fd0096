import { reactive } from 'vue'

export const RANGES = { '15m': 900_000, '1h': 3_600_000, '24h': 86_400_000, '7d': 604_800_000 } as const
export type RangeName = keyof typeof RANGES

export const PAGES = ['live', 'incidents'] as const
export type PageName = (typeof PAGES)[number]

export interface Place {
  page: PageName
  /** Devices of this gateway only. */
  gateway: string | undefined
  /** The device that is shown; devices of two gateways may bear one name. */
  device: { readonly gateway: string; readonly device: string } | undefined
  series: number | undefined
  /** The incident that is shown. */
  incident: { readonly gateway: string; readonly incident: string } | undefined
  range: RangeName
}

/** Where in the console one is. It stands in the address, so that a page can be reloaded, kept and sent. */
export const place = reactive<Place>(read())

export function go(to: Partial<Place>, step?: 'replace'): void {
  const opens = {
    page: to.page !== undefined && to.page !== place.page,
    device: to.device !== undefined && place.device === undefined,
    incident: to.incident !== undefined && place.incident === undefined,
  }
  Object.assign(place, to)
  const query = new URLSearchParams({ page: place.page })
  if (place.gateway) query.set('gateway', place.gateway)
  if (place.device) query.set('device', `${place.device.gateway}/${place.device.device}`)
  if (place.series) query.set('series', String(place.series))
  if (place.incident) query.set('incident', `${place.incident.gateway}/${place.incident.incident}`)
  query.set('range', place.range)
  const address = `#${query.toString()}`
  // On a phone "back" returns to the list; changing the range makes no step of its own.
  if (step !== 'replace' && Object.values(opens).includes(true)) history.pushState(null, '', address)
  else history.replaceState(null, '', address)
}

addEventListener('popstate', () => Object.assign(place, read()))

function read(): Place {
  const query = new URLSearchParams(location.hash.slice(1))
  const [gateway, device] = query.get('device')?.split('/') ?? []
  const [teller, incident] = query.get('incident')?.split('/') ?? []
  const range = query.get('range') ?? ''
  return {
    page: PAGES.find((name) => name === query.get('page')) ?? 'live',
    gateway: query.get('gateway') ?? undefined,
    device: gateway && device ? { gateway, device } : undefined,
    incident: teller && incident ? { gateway: teller, incident } : undefined,
    series: Number(query.get('series')) || undefined,
    range: range in RANGES ? (range as RangeName) : '15m',
  }
}
