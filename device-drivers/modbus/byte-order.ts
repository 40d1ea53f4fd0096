/** Puts bytes that came in `order` back to A first; an order shorter than the bytes repeats. */
export function inOrder(wire: Uint8Array, order: string): Uint8Array {
  const bytes = new Uint8Array(wire.length)
  placesOf(order, wire.length).forEach((place, i) => (bytes[place] = wire[i] ?? 0))
  return bytes
}

/** The other way: bytes with A first as they go out in `order`. */
export function toOrder(bytes: Uint8Array, order: string): Uint8Array {
  return Uint8Array.from(placesOf(order, bytes.length), (place) => bytes[place] ?? 0)
}

/** Where each byte of the wire belongs. */
export function placesOf(order: string, length: number): readonly number[] {
  const size = Math.min(order.length, length)
  return Array.from({ length }, (_, i) => i - (i % size) + order.charCodeAt(i % size) - 65)
}
