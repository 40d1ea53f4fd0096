import { createWriteStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { DeviceView, PointView } from '@ganzhi/contracts/api-views'
import { GanzhiError } from '@ganzhi/contracts/error'
import type { ApiClient } from './api-client.ts'
import { badUse, durationMs, parsedOptions } from './options.ts'
import type { Terminal } from './terminal.ts'

export const EXPORT_HELP = `ganzhi export --device <id> --from <time> --out <file.csv>    导出一个设备的历史数据 writes what is stored of a device

  --from 30d               起点，含：多久以前，或时刻 from, inclusive: so long ago, or 2026-11-01T00:00:00+08:00
  --to 1d                  终点，不含；默认为现在 to, exclusive; else now
  --properties a,b         只要这些属性 these only
  --gateway G              设备在多个网关上同名时 where several gateways have such a device

CSV: time,device,property,value,quality, 如 as ganzhi model train-anomaly 与 and ganzhi model score --csv 所用 take it`

const OPTIONS = {
  device: { type: 'string' },
  gateway: { type: 'string' },
  properties: { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string' },
  out: { type: 'string' },
} as const

export interface ExportCall {
  readonly api: ApiClient
  readonly terminal: Terminal
  readonly signal: AbortSignal
  /** ms since 1970 */
  readonly now: number
}

export async function exportCommand(args: readonly string[], call: ExportCall): Promise<0> {
  const { api, terminal, signal, now } = call
  const { values, positionals } = parsedOptions(args, OPTIONS)
  const { device, from, to, out, properties, json } = values
  if (positionals.length > 0) throw badUse(`多余的参数 unexpected ${positionals.join(' ')}`)
  if (device === undefined) throw badUse('缺少 --device is missing', 'device')
  if (from === undefined) throw badUse('缺少 --from is missing', 'from')
  if (out === undefined) throw badUse('缺少 --out is missing', 'out')
  const span = { from: timeIn(from, 'from', now), to: to === undefined ? isoOf(now) : timeIn(to, 'to', now) }
  const gateway = await gatewayOf(device, values.gateway, api)
  const points = await pointsOf(gateway, device, properties?.split(','), api)
  const series = points.map((point) => point.series).join(',')
  const body = await api.download(`/export.csv?${new URLSearchParams({ series, ...span }).toString()}`)
  try {
    await pipeline(Readable.fromWeb(body), createWriteStream(out, { flags: 'wx' }), { signal })
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'EEXIST')
      throw badUse(`${out} 已存在 is there already`, 'out')
    // Half of it would look like all of it.
    await rm(out, { force: true })
    throw cause
  }
  const written = { file: out, gateway, device, properties: points.map(({ property }) => property), ...span }
  terminal.out(json ? JSON.stringify(written) : `${out}: ${device} ${written.properties.join(', ')}`)
  return 0
}

async function gatewayOf(device: string, asked: string | undefined, api: ApiClient): Promise<string> {
  const query = { text: device, limit: '500', ...(asked !== undefined && { gateway: asked }) }
  const page = await api.call('GET', `/devices?${new URLSearchParams(query).toString()}`)
  const found = (page as { items: DeviceView[] }).items.filter((each) => each.device === device)
  const [only, ...more] = found
  if (only && more.length === 0) return only.gateway
  if (only) {
    throw badUse(
      `用 --gateway 指明 name it by --gateway: ${found.map(({ gateway }) => gateway).join(', ')}`,
      'gateway',
    )
  }
  throw notFound('device', `没有设备 there is no device ${device}`)
}

async function pointsOf(
  gateway: string,
  device: string,
  wanted: readonly string[] | undefined,
  api: ApiClient,
): Promise<PointView[]> {
  const query = new URLSearchParams({ gateway, device, limit: '500' })
  const { items } = (await api.call('GET', `/points?${query.toString()}`)) as { items: PointView[] }
  const missing = wanted?.find((property) => !items.some((point) => point.property === property))
  if (missing !== undefined) throw notFound('properties', `${device} 没有 has no ${missing}`)
  return items.filter(({ property }) => wanted === undefined || wanted.includes(property))
}

function timeIn(text: string, name: string, now: number): string {
  if (/^\d{4}-/.test(text)) {
    const at = Date.parse(text)
    if (!Number.isNaN(at)) return isoOf(at)
  }
  return isoOf(now - durationMs(text, name))
}

function isoOf(ms: number): string {
  return new Date(ms).toISOString()
}

function notFound(field: string, message: string): GanzhiError {
  return new GanzhiError(message, {
    code: 'not-found',
    blame: 'caller',
    field,
    remedy: '在控制台查看。 See the console for what there is.',
  })
}
