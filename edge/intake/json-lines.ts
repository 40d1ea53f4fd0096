import { GanzhiError } from '@ganzhi/contracts/error'

const LINE_FEED = 0x0a

/** Cuts a byte stream into lines, none longer than `maxBytes`. */
export async function* jsonLines(
  chunks: AsyncIterable<Buffer>,
  maxBytes: number,
): AsyncGenerator<string, void, undefined> {
  let held: Buffer[] = []
  let heldBytes = 0
  for await (const chunk of chunks) {
    let from = 0
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, from)) {
      held.push(chunk.subarray(from, end))
      from = end + 1
      const line = Buffer.concat(held).toString()
      held = []
      heldBytes = 0
      if (line.trim() !== '') yield line
    }
    if (from === chunk.length) continue
    held.push(chunk.subarray(from))
    heldBytes += chunk.length - from
    if (heldBytes > maxBytes) throw tooLong(maxBytes)
  }
}

function tooLong(maxBytes: number): GanzhiError {
  return new GanzhiError(`a line is longer than ${maxBytes} bytes`, {
    code: 'bad-input',
    blame: 'caller',
    remedy: 'Submit less at once.',
  })
}
