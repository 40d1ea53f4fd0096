import type { Command } from '@ganzhi/contracts/command'
import type { CommandedDevices } from './devices.ts'
import { commandedValue } from './commanded-value.ts'
import { refusal } from './refusal.ts'

/** What can be judged without asking the device; throws the first thing that is wrong. */
export function checkCommand(
  command: Command,
  devices: Pick<CommandedDevices, 'property'>,
  permit: readonly string[],
): void {
  const { device, property: id, value, precondition } = command
  const known = devices.property(device, id)
  if (!known) {
    throw refusal('unknown-property', `本网关没有 ${device}/${id} is not known on this gateway`, {
      field: 'property',
      remedy:
        '请核对设备与属性名称。 Check the names of device and property; `ganzhi-edge status` lists devices.',
    })
  }
  const { property, profile } = known
  if (property.access === 'r') {
    throw refusal(
      'read-only',
      `${property.names.zh} ${property.names.en} (${device}/${id}) 只读 is read-only`,
      {
        field: 'property',
        remedy: '请选可写属性。 Choose a property with access w or rw.',
      },
    )
  }
  commandedValue(property, value)
  if (property.dangerous && !permit.includes(`${device}/${id}`) && !permit.includes(`${profile}/${id}`)) {
    throw refusal(
      'not-permitted',
      `${property.names.zh} ${property.names.en} (${device}/${id}) 属危险操作，本网关未许可 is dangerous and not permitted here`,
      {
        field: 'property',
        remedy: `请在网关配置 commands.permit 中加入 "${device}/${id}"。 Add "${device}/${id}" to commands.permit in the gateway's configuration.`,
      },
    )
  }
  for (const needed of [precondition, ...(property.interlocks ?? [])]) {
    if (needed && !devices.property(device, needed.property)) {
      throw refusal(
        'unknown-property',
        `条件所需 ${device}/${needed.property}, which a condition needs, is not known`,
        {
          field: needed === precondition ? 'precondition.property' : 'property',
          remedy: '请核对条件中的属性名。 Check the name of the property.',
        },
      )
    }
  }
}
