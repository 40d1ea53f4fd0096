import { scriptedServer, type ScriptedServer } from '@ganzhi/device-drivers/modbus/scripted-server'

/** A Modbus TCP server for tests whose holding registers can be read and, one by one, written; others are refused. */
export async function registerServer(registers: Map<number, number>): Promise<ScriptedServer> {
  return await scriptedServer(({ body }) => {
    const [unit, code] = [body.slice(0, 2), body.slice(2, 4)]
    const [address, second] = [parseInt(body.slice(4, 8), 16), parseInt(body.slice(8, 12), 16)]
    if (code === '06') {
      registers.set(address, second)
      return `ID 0000 0006 ${body}`
    }
    const asked = Array.from({ length: second }, (_, i) => registers.get(address + i))
    if (code !== '03' || asked.includes(undefined)) {
      return `ID 0000 0003 ${unit} ${(0x80 | parseInt(code, 16)).toString(16)} 02`
    }
    const words = asked.map((word = 0) => word.toString(16).padStart(4, '0')).join('')
    const length = (3 + second * 2).toString(16).padStart(4, '0')
    return `ID 0000 ${length} ${unit} 03 ${(second * 2).toString(16).padStart(2, '0')} ${words}`
  })
}
