import { serialPorts } from '@ganzhi/device-drivers/serial-ports'
import { examine } from '../../installer/doctor/examine.ts'
import type { Finding } from '../../installer/doctor/finding.ts'
import { command } from '../command.ts'
import { padded } from '../text-width.ts'

const NAMES: Readonly<Record<string, string>> = {
  node: 'Node',
  clock: '时钟 clock',
  profiles: '物模型 profiles',
  config: '配置 config',
  data: '数据目录 data',
  agent: '代理 agent',
  serial: '串口 serial',
  tcp: '链路 link',
  learnt: '已学 learnt',
  ffmpeg: 'ffmpeg',
  model: '模型 model',
  camera: '摄像机 camera',
  nats: 'NATS',
}

export const doctor = command({
  help: `
ganzhi-edge doctor [--config <gateway.yaml>] [--json]
体检：Node、时钟、物模型、配置、数据目录、代理、串口（权限与占用）、各链路可达、ffmpeg、模型、摄像机、NATS。每项 ✓ / ! / ✗ 并附处理办法。
Looks at Node, clock, profiles, configuration, data directory, agent, serial ports (permission, who holds them),
whether each link and NATS can be reached,
models load and cameras show something; each with ✓ / ! / ✗ and what to do. Ends with 1 if there is any ✗.
`,
  options: { config: { type: 'string' } },
  async run({ config, json }, { terminal, signal }) {
    const { colours, out } = terminal
    const ports = config === undefined ? (await serialPorts()).map(({ path }) => path) : []
    const findings: Finding[] = []
    const sign = { ok: colours.good('✓'), warn: colours.warn('!'), bad: colours.bad('✗') }
    for await (const finding of examine({ ...(config === undefined ? {} : { config }), ports, signal })) {
      findings.push(finding)
      if (json) continue
      const { check, state, found, remedy } = finding
      const indented = found.replaceAll('\n', `\n${' '.repeat(19)}`)
      out(`${sign[state]} ${padded(NAMES[check] ?? check, 16)} ${indented}`)
      if (remedy !== undefined) out(colours.faint(`${' '.repeat(19)}→ ${remedy}`))
    }
    const healthy = findings.every(({ state }) => state !== 'bad')
    if (json) out(JSON.stringify({ ok: healthy, findings }))
    return healthy ? 0 : 1
  },
})
