import { readFile, writeFile } from 'node:fs/promises'
import { type SimulatedCamera, visionText } from './simulated-cameras.ts'

/** Units of the simulated bus: the odd ones are air stations, the even ones pump wells. */
const UNITS = Array.from({ length: 10 }, (_, index) => index + 1)

const SENSORS = /^( *connection: ).*( # 仿真传感器.*)$/m
const CAMERAS = /http:\/\/127\.0\.0\.1:\d+(?=\/\S+.* # 仿真摄像机)/g

export interface Simulated {
  readonly modbusPort: number
  readonly camerasPort: number
  /** None where there is nothing that decodes them. */
  readonly cameras: readonly SimulatedCamera[]
}

/**
 * The first gateway's configuration, which is its owner's from then on: of a file that is there only the ports of what
 * is simulated are kept right, where that still is.
 */
export async function writeGatewayFile(file: string, simulated: Simulated): Promise<void> {
  const connection = `{ host: 127.0.0.1, port: ${simulated.modbusPort} }`
  const present = await readFile(file, 'utf8').catch(() => undefined)
  const text =
    present
      ?.replace(SENSORS, `$1${connection}$2`)
      .replaceAll(CAMERAS, `http://127.0.0.1:${simulated.camerasPort}`) ??
    firstText(connection, simulated.cameras)
  if (text !== present) await writeFile(file, text)
}

function firstText(connection: string, cameras: readonly SimulatedCamera[]): string {
  const devices = UNITS.map((unit) => {
    const [kind, profile] = unit % 2 === 1 ? ['air', 'air-station'] : ['well', 'pump-well']
    const id = `${kind}-${String(unit).padStart(2, '0')}`
    return `      - { id: ${id}, profile: ganzhi/${profile}, unit: ${unit} }\n`
  })
  return `# 首次启动时写入，之后由您修改。 Written at the first start, yours to change from then on.
gateway: gateway-1
# NATS 地址由 npm start 给出。 npm start tells where NATS is, by NATS_URL.
data: .
links:
  - id: street
    driver: modbus
    connection: ${connection} # 仿真传感器，端口由 npm start 维护 simulated sensors: npm start keeps the port right
    devices:
${devices.join('')}${cameras.length > 0 ? visionText(cameras) : ''}`
}
