import { packIntegers, unpackIntegers } from './integer-column.ts'
import { type Field, type FrameReader, undecodable } from './wire-frame.ts'

/** Texts as the lengths of each in bytes, then all their UTF-8 in one. */
export function packTexts(texts: readonly string[]): Field[] {
  const encoded = texts.map((text) => Buffer.from(text))
  return [...packIntegers(encoded.map((text) => text.length)), Buffer.concat(encoded)]
}

export function unpackTexts(frame: FrameReader, count: number): string[] {
  const lengths = unpackIntegers(frame, count)
  const bytes = frame.bytes()
  const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  let end = 0
  return Array.from(lengths, (length) => {
    const start = end
    end += length
    if (length < 0 || end > bytes.length) throw undecodable('has texts longer than their bytes')
    try {
      return utf8.decode(bytes.subarray(start, end))
    } catch (cause) {
      throw undecodable('has a text that is not UTF-8', cause)
    }
  })
}
