import { BYTE_ORDERS, bitsOf, type ModbusPoint, modbusWidth, type NumberType } from './profile.ts'

export interface PointFault {
  readonly field: keyof ModbusPoint
  readonly message: string
  readonly remedy: string
}

/** What is wrong with a point that its schema can't see: fields that contradict each other. */
export function modbusPointFault(point: ModbusPoint): PointFault | undefined {
  const fault = (field: keyof ModbusPoint, message: string, remedy: string) => ({ field, message, remedy })
  const { table, type, order } = point
  if ((table === 'coil' || table === 'discrete') && (type !== 'bool' || point.bit !== undefined)) {
    return fault('type', `a ${table} holds one bit`, 'Use type bool without bit, or table holding or input.')
  }
  if (point.bit !== undefined && type !== 'bool') {
    return fault('bit', `stands with type ${type}`, 'Use type bool to read one bit of a register.')
  }
  if (point.bits) {
    const [low = 0, high = 0] = point.bits
    const top = type.startsWith('uint') ? bitsOf(type as NumberType) - 1 : -1
    if (top < 0) return fault('bits', `stands with type ${type}`, 'Use uint16, uint32 or uint64.')
    if (low > high || high > top) {
      return fault('bits', `can't be ${low} to ${high}`, `Give the lowest first, both from 0 to ${top}.`)
    }
  }
  if (point.enum && (!/^u?int/.test(type) || point.scale !== undefined || point.offset !== undefined)) {
    return fault(
      'enum',
      `stands with type ${type} or a scale`,
      'Use a whole number without scale and offset.',
    )
  }
  if ((type === 'bool' || type === 'string' || point.enum) && point.decimals !== undefined) {
    return fault(
      'decimals',
      `stands with ${point.enum ? 'an enum' : `type ${type}`}`,
      'Decimals belong to numbers.',
    )
  }
  if (point.write && (table === 'discrete' || table === 'input')) {
    return fault('write', `stands with table ${table}`, 'Only coils and holding registers are written.')
  }
  if (point.write === 'read-write' && table === 'coil') {
    return fault('write', 'read-write stands with a coil', 'Use multiple, or leave it out.')
  }
  if (point.write && (point.bit !== undefined || point.bits)) {
    return fault(
      'write',
      'stands with bits',
      'Leave it out: bits are set by function 22, which spares the others.',
    )
  }
  if (point.write && (point.registers ?? 0) > 121) {
    return fault('write', `stands with ${point.registers} registers`, 'At most 121 are written at once.')
  }
  if ((type === 'string') !== (point.registers !== undefined)) {
    return fault(
      'registers',
      'is the length of a string, and only of a string',
      'Give registers with type string.',
    )
  }
  if ((type === 'bool' || type === 'string') && (point.scale !== undefined || point.offset !== undefined)) {
    return fault('scale', `stands with type ${type}`, 'Scale and offset belong to numbers.')
  }
  if (point.scale === 0) {
    return fault('scale', 'is 0, which leaves nothing of the value', 'Give another, or leave it out.')
  }
  const orders: readonly string[] = type === 'bool' ? [] : BYTE_ORDERS[type === 'string' ? 16 : bitsOf(type)]
  if (order !== undefined && !orders.includes(order)) {
    const remedy = orders.length === 0 ? 'Leave order out.' : `Use one of ${orders.join(' ')}.`
    return fault('order', `${order} does not fit type ${type}`, remedy)
  }
  if (point.address + modbusWidth(point) > 65_536) {
    return fault('address', 'reaches beyond register 65535', 'Correct address or type.')
  }
  return undefined
}
