import { statSync } from 'node:fs'
import type { GanzhiError } from '@ganzhi/contracts/error'
import { SerialPort } from 'serialport'
import { serialPorts } from '../serial-ports.ts'
import type { ByteLine } from './byte-line.ts'
import type { LineSettings } from './line-timing.ts'
import { linkDown } from './wire-error.ts'

export interface SerialOptions extends LineSettings {
  readonly path: string
}

/** Rejects with `link-down` that says what is wrong with the port, and what to do. */
export async function openSerial(options: SerialOptions): Promise<ByteLine> {
  const port = new SerialPort({ ...options, autoOpen: false, lock: true })
  const failure = await new Promise<Error | null>((resolve) => port.open(resolve))
  if (failure) throw await openFault(options, failure)
  const opened = identity(options.path)
  return {
    write: (bytes) => void port.write(bytes),
    listen({ onData, onClose }) {
      port.on('data', onData)
      port.on('error', (cause) => onClose(gone(`${options.path} failed: ${cause.message}`, cause)))
      port.on('close', (cause: Error | null) => onClose(gone(`${options.path} was closed`, cause)))
    },
    close: () =>
      new Promise((resolve) => {
        if (port.isOpen) port.close(() => resolve())
        else resolve()
      }),
    lost: () =>
      identity(options.path) === opened
        ? undefined
        : gone(`${options.path} has gone, or is another port now`),
  }
}

function gone(what: string, cause?: Error | null): GanzhiError {
  return linkDown(what, {
    cause,
    remedy: 'Check the adapter and its plug; the port is opened again by itself.',
  })
}

/** A port that was unplugged and is there again has the same path, and is another one. */
function identity(path: string): string | undefined {
  try {
    const { dev, ino, rdev } = statSync(path)
    return [dev, ino, rdev].join()
  } catch {
    return undefined
  }
}

async function openFault(
  { path, baudRate, parity, dataBits, stopBits }: SerialOptions,
  cause: Error,
): Promise<GanzhiError> {
  const fault = (what: string, remedy: string) => linkDown(`${path} ${what}`, { cause, remedy })
  const says = cause.message
  if (/no such (file|device)/i.test(says)) {
    return fault('is not there', `Plug the adapter in, or use another port: ${await portsThereAre()}.`)
  }
  if (/permission denied/i.test(says)) {
    return fault(
      'may not be opened by this user',
      'Add the user to the group dialout (sudo usermod -aG dialout $USER) and log in anew.',
    )
  }
  if (/lock|busy|temporarily unavailable/i.test(says)) {
    return fault('is in use by another program', `Stop that program; \`fuser ${path}\` tells which it is.`)
  }
  if (/ioctl|baud|tcsetattr|tcgetattr|invalid argument/i.test(says)) {
    const line = `${baudRate} baud, ${dataBits} data bits, parity ${parity}, ${stopBits} stop bits`
    return fault(`does not take ${line}`, 'Check that it is a serial port, and its line settings.')
  }
  return fault(`does not open: ${says}`, 'Check the port; it is tried again by itself.')
}

async function portsThereAre(): Promise<string> {
  const ports = await serialPorts()
  return ports.length === 0 ? 'none is there now' : ports.map(({ path }) => path).join(', ')
}
