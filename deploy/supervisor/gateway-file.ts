import { readFile, writeFile } from 'node:fs/promises'
import { type SimulatedCamera, visionText } from './simulated-cameras.ts'

/** Whose devices are units of the simulated bus: the odd ones are air stations, the even ones pump wells. */
export interface SimulatedGateway {
  readonly name: string
  readonly units: readonly number[]
}

const from = (first: number, count: number) => Array.from({ length: count }, (_, index) => first + index)
/** The second one's uplink goes away now and then. */
export const GATEWAYS = [
  { name: 'gateway-1', units: from(1, 10) },
  { name: 'gateway-2', units: from(11, 4) },
] as const satisfies readonly SimulatedGateway[]
export const UNITS = GATEWAYS.reduce((sum, { units }) => sum + units.length, 0)

const SENSORS = /^( *connection: ).*( # 仿真传感器.*)$/m
const CAMERAS = /http:\/\/127\.0\.0\.1:\d+(?=\/\S+.* # 仿真摄像机)/g

export interface Simulated {
  readonly gateway: SimulatedGateway
  readonly modbusPort: number
  readonly camerasPort: number
  /** None where there is nothing that decodes them. */
  readonly cameras: readonly SimulatedCamera[]
}

/**
 * A gateway's configuration, which is its owner's from then on: of a file that is there only the ports of what
 * is simulated are kept right, where that still is.
 */
export async function writeGatewayFile(file: string, simulated: Simulated): Promise<void> {
  const connection = `{ host: 127.0.0.1, port: ${simulated.modbusPort} }`
  const present = await readFile(file, 'utf8').catch(() => undefined)
  const text =
    present
      ?.replace(SENSORS, `$1${connection}$2`)
      .replaceAll(CAMERAS, `http://127.0.0.1:${simulated.camerasPort}`) ?? firstText(connection, simulated)
  if (text !== present) await writeFile(file, text)
}

function firstText(connection: string, { gateway, cameras }: Simulated): string {
  const devices = gateway.units.map(
    (unit) => `      - { id: ${deviceOf(unit)}, profile: ${profileOf(unit)}, unit: ${unit} }\n`,
  )
  return `# 首次启动时写入，之后由您修改。 Written at the first start, yours to change from then on.
gateway: ${gateway.name}
# NATS 地址由 npm start 给出。 npm start tells where NATS is, by NATS_URL.
data: .
links:
  - id: street
    driver: modbus
    connection: ${connection} # 仿真传感器，端口由 npm start 维护 simulated sensors: npm start keeps the port right
    devices:
${devices.join('')}${cameras.length > 0 ? visionText(cameras) : ''}`
}

export function deviceOf(unit: number): string {
  return `${unit % 2 === 1 ? 'air' : 'well'}-${String(unit).padStart(2, '0')}`
}

export function profileOf(unit: number): string {
  return `ganzhi/${unit % 2 === 1 ? 'air-station' : 'pump-well'}`
}
