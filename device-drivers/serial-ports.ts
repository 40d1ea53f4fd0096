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
  const ports = await SerialPort.list()
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
