import { GanzhiError } from '@ganzhi/contracts/error'
import { systemClock } from '@ganzhi/device-drivers/clock'
import { type Group } from '../../installer/link-plan.ts'
import { configuredLinks } from '../../installer/configured-links.ts'
import { type ExplainedPlan, type LinkTarget, planTarget } from '../../installer/plan-target.ts'
import type { Target } from '../../installer/target.ts'
import { badUse, command, wholeNumber } from '../command.ts'
import { planText } from '../plan-text.ts'
import { TARGET_HELP, TARGET_OPTIONS, targetFrom } from '../target-options.ts'

/** As the agent reads what has no interval of its own. */
const DEFAULT_INTERVAL_MS = 5_000

export const plan = command({
  help: `
ganzhi-edge plan --driver <id> --connection '<json>' --points <yaml> [--interval-ms 5000] [--measure] [--json]
ganzhi-edge plan --config <gateway.yaml> [--link <id>] [--measure] [--json]
读取计划：每条请求、为何连空档一起读、预计与实测时间、总线预算。超出总线能力时退出码为 1 并说明改什么。
The requests, why gaps are read with them, their predicted and measured time, and the bus budget. When the asked
rates exceed the wire it ends with 1 and says what to change.
${TARGET_HELP}
  --interval-ms 5000       点表没有周期时按此计 for points without an interval
  --config <gateway.yaml>  按网关配置 what a gateway reads, with what it has learnt of its devices
  --link <id>              只看一条链路 one of its links
  --measure                真读一次并计时 read it all live, and time it

例 examples:
  ganzhi-edge plan --driver modbus --connection '{"path":"/dev/ttyUSB0"}' --points meter.yaml --interval-ms 1000
  ganzhi-edge plan --config gateway.yaml --measure
`,
  options: {
    ...TARGET_OPTIONS,
    'interval-ms': { type: 'string' },
    config: { type: 'string' },
    link: { type: 'string' },
    measure: { type: 'boolean' },
  },
  async run(values, { terminal, signal }) {
    const options = { measure: values.measure ?? false, signal, clock: systemClock }
    const show = (shown: { readonly id?: string; readonly plan: ExplainedPlan; readonly link: LinkTarget }) =>
      terminal.out(planText(shown, terminal))
    if (values.config === undefined) {
      if (values.link !== undefined) throw badUse('--link 要与 belongs to --config')
      const given = values['interval-ms']
      const intervalMs = given === undefined ? undefined : wholeNumber(given, 'interval-ms', [10, 86_400_000])
      const link = linkOf(await targetFrom(values), intervalMs)
      const explained = await planTarget(link, options)
      if (values.json) terminal.out(JSON.stringify(explained))
      else show({ plan: explained, link })
      if (!values.json && given === undefined && values.points !== undefined) {
        terminal.err(`周期按 every ${DEFAULT_INTERVAL_MS} ms 计 assumed; --interval-ms 可改 to change it`)
      }
      return explained.verdict === 'exceeds' ? 1 : 0
    }
    const links = (await configuredLinks(values.config)).filter(
      ({ id }) => values.link === undefined || id === values.link,
    )
    if (links.length === 0 && values.link !== undefined) throw noSuchLink(values.link)
    const plans: (ExplainedPlan & { readonly id: string })[] = []
    for (const link of links) plans.push({ id: link.id, ...(await planTarget(link, options)) })
    if (values.json) terminal.out(JSON.stringify({ links: plans }))
    else if (links.length === 0) terminal.out('配置里没有链路 the configuration has no links')
    else links.forEach((link, i) => show({ id: link.id, plan: plans[i] as ExplainedPlan, link }))
    return plans.some(({ verdict }) => verdict === 'exceeds') ? 1 : 0
  },
})

/** One group an interval; a points file has none, a profile may. */
function linkOf({ driver, connection, device, points, properties }: Target, asked?: number): LinkTarget {
  const groups = new Map<number, Group & { points: Target['points'][number][] }>()
  for (const point of points) {
    const property = properties.get(point.id)
    if (property?.access === 'w') continue
    const intervalMs = asked ?? property?.intervalMs ?? DEFAULT_INTERVAL_MS
    const group = groups.get(intervalMs) ?? { device, intervalMs, points: [] }
    groups.set(intervalMs, group)
    group.points.push(point)
  }
  return { driver, connection, groups: [...groups.values()] }
}

function noSuchLink(id: string): GanzhiError {
  return new GanzhiError(`没有链路 there is no link ${id}`, {
    code: 'bad-input',
    blame: 'caller',
    field: 'link',
    remedy: '用配置中 links 的 id。Use the id of one of the links in the configuration.',
  })
}
