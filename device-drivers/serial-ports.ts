import { readdir } from 'node:fs/promises'
import { SerialPort } from 'serialport'

export interface SerialPortFacts {
  readonly path: string
  /** The same port by a name that stays when adapters are plugged in another order. */
  readonly stablePath?: string
  /** `QinHeng Electronics`, as the adapter says. */
  readonly manufacturer?: string
  readonly serialNumber?: string
  /** USB, `1a86:7523`; none for a port on the board. */
  readonly usb?: string
}

/** The serial ports of this machine, adapters first. */
export async function serialPorts(): Promise<readonly SerialPortFacts[]> {
  const ports = await SerialPort.list().catch(portsWithoutUdev)
  return ports
    .map(({ path, manufacturer, serialNumber, vendorId, productId, pnpId }) => ({
      path,
      ...(pnpId === undefined ? {} : { stablePath: `/dev/serial/by-id/${pnpId}` }),
      ...(manufacturer === undefined ? {} : { manufacturer }),
      ...(serialNumber === undefined ? {} : { serialNumber }),
      ...(vendorId === undefined ? {} : { usb: `${vendorId}:${productId ?? ''}` }),
    }))
    .sort((a, b) => Number(b.usb !== undefined) - Number(a.usb !== undefined) || (a.path < b.path ? -1 : 1))
}

/** Small gateways and containers have no udev to ask; the kernel names its ports all the same. */
async function portsWithoutUdev(): Promise<Awaited<ReturnType<typeof SerialPort.list>>> {
  const names = await readdir('/sys/class/tty').catch(() => [])
  return names
    .filter((name) => /^tty(S|USB|ACM|AMA|O|XRUSB)\d+$/.test(name))
    .map((name) => ({
      path: `/dev/${name}`,
      manufacturer: undefined,
      serialNumber: undefined,
      pnpId: undefined,
      locationId: undefined,
      productId: undefined,
      vendorId: undefined,
    }))
}
