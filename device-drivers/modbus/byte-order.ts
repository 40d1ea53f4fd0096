/** Puts bytes that came in `order` back to A first; an order shorter than the bytes repeats. */
export function inOrder(wire: Uint8Array, order: string): Uint8Array {
  const bytes = new Uint8Array(wire.length)
  wire.forEach((byte, i) => (bytes[placeOf(i, order, wire.length)] = byte))
  return bytes
}

/** The other way: bytes with A first as they go out in `order`. */
export function toOrder(bytes: Uint8Array, order: string): Uint8Array {
  return Uint8Array.from(bytes, (_, i) => bytes[placeOf(i, order, bytes.length)] ?? 0)
}

/** Where the byte at `i` of the wire belongs. */
function placeOf(i: number, order: string, length: number): number {
  const size = Math.min(order.length, length)
  return i - (i % size) + order.charCodeAt(i % size) - 65
}
