/** Serial Line 6.2.2: the remainder by x¹⁶ + x¹⁵ + x² + 1, bit by bit. */
function remainder(bytes: Uint8Array): number {
  let crc = 0xffff
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >> 1) ^ 0xa001 : crc >> 1
  }
  return crc
}

export function rtuFrame(unit: number, pdu: Buffer): Buffer {
  const frame = Buffer.concat([Buffer.of(unit), pdu, Buffer.alloc(2)])
  frame.writeUInt16LE(remainder(frame.subarray(0, -2)), frame.length - 2)
  return frame
}

/** Nothing where it is no whole frame. */
export function unframe(frame: Buffer): { unit: number; pdu: Buffer } | undefined {
  if (frame.length < 4 || remainder(frame.subarray(0, -2)) !== frame.readUInt16LE(frame.length - 2))
    return undefined
  return { unit: frame.readUInt8(0), pdu: frame.subarray(1, -2) }
}
