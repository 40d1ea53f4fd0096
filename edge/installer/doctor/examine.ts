import { isGanzhiError } from '@ganzhi/contracts/error'
import { loadProfiles } from '@ganzhi/firmware-config/profile-folder'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { loadConfig, locateAgent, readEnvironment } from '../../config.ts'
import { askIntake } from '../../intake/ask-intake.ts'
import { configuredLinks } from '../configured-links.ts'
import type { LinkTarget } from '../plan-target.ts'
import { bad, type Finding, ok, warn } from './finding.ts'
import { checkClock, checkData, checkNode, isSynchronised } from './machine.ts'
import { checkNats, checkTcp } from './reach.ts'
import { checkSerial } from './serial.ts'
import { examineVision } from './vision.ts'
import type { VisionStatus } from '../../vision/vision-status.ts'

const AGENT_MS = 3_000
const MODBUS_PORT = 502

export interface ExamineOptions {
  /** Without one only the machine is looked at. */
  readonly config?: string
  /** Ports to look at where no configuration names any. */
  readonly ports: readonly string[]
  readonly signal: AbortSignal
}

/** Everything that commonly keeps a gateway from its devices or its cloud, as it is looked at. */
export async function* examine({ config, ports, signal }: ExamineOptions): AsyncGenerator<Finding> {
  yield checkNode(process.versions.node)
  const manifest = await stat(join(import.meta.dirname, '../../package.json'))
  yield checkClock(Date.now(), manifest.mtimeMs, await isSynchronised())
  yield await checkProfiles()
  if (config === undefined) {
    if (ports.length === 0)
      yield warn(
        'serial',
        '没有串口 no serial port',
        '如需 RS-485 则插上适配器 plug in an adapter for RS-485',
      )
    for (const port of ports) yield await checkSerial(port)
    return
  }
  yield* examineConfigured(config, signal)
}

async function* examineConfigured(file: string, signal: AbortSignal): AsyncGenerator<Finding> {
  const located = await locateAgent(file).catch(() => undefined)
  const running = located && (await askAgent(located.intakePath))
  if (located) {
    yield await checkData(located.dataDir)
    yield checkAgent(running)
  }
  const environment = readEnvironment()
  try {
    const { servers, vision, dataDir } = await loadConfig(file, environment)
    const links = await configuredLinks(file)
    const points = links.flatMap(({ groups }) => groups.flatMap((group) => group.points)).length
    const counted = [
      `${links.length} 条链路 links`,
      `${points} 个点 points`,
      `${vision.cameras.size} 个摄像机 cameras`,
    ]
    yield ok('config', `${file}: ${counted.join(', ')}`)
    for (const link of links) yield* examineLink(link, signal)
    yield* examineVision(vision, {
      ffmpeg: environment.ffmpeg,
      dataDir,
      running: running?.['vision'] as Partial<VisionStatus> | undefined,
      signal,
    })
    yield await checkNats(servers, signal)
  } catch (error) {
    if (!isGanzhiError(error)) throw error
    yield bad('config', error.message, error.remedy ?? '改正所列各处 correct what is named')
  }
}

async function* examineLink(
  { id, connection, memory, groups }: LinkTarget & { readonly id: string },
  signal: AbortSignal,
): AsyncGenerator<Finding> {
  const { path, host, port } = connection as { path?: string; host?: string; port?: number }
  if (path !== undefined) yield await checkSerial(path)
  if (host !== undefined) yield await checkTcp(id, host, port ?? MODBUS_PORT, signal)
  const units = new Set(groups.map(({ device }) => String((device as { unit?: number }).unit)))
  const learnt = [...units].filter((unit) => memory?.recall(`unit ${unit}`) !== undefined)
  if (learnt.length === 0) return
  yield ok(
    'learnt',
    `${id}: 已学到单元的限制 limits learnt of units ${learnt.join(', ')}; 见 see ganzhi-edge plan`,
  )
}

async function checkProfiles(): Promise<Finding> {
  try {
    const profiles = await loadProfiles()
    return ok('profiles', `${profiles.size} 个物模型可用 profiles can be used`)
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    return bad('profiles', message, '改正这个文件 correct this file')
  }
}

function askAgent(intakePath: string): Promise<Record<string, unknown> | undefined> {
  const asked = askIntake(intakePath, { status: true }, AbortSignal.timeout(AGENT_MS))
  return asked.catch(() => undefined)
}

function checkAgent(answer: Readonly<Record<string, unknown>> | undefined): Finding {
  if (!answer) return warn('agent', '未运行 not running', 'ganzhi-edge run --config …')
  const { faults } = (answer['config'] ?? { faults: [] }) as { faults: readonly unknown[] }
  if (faults.length === 0) return ok('agent', '运行中 running')
  return warn(
    'agent',
    '运行的是上一份好的配置 runs the last good configuration',
    '改正配置 correct the configuration',
  )
}
