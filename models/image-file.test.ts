import { createCanvas } from '@napi-rs/canvas'
import { isGanzhiError } from '@ganzhi/contracts/error'
import { describe, expect, test } from 'vitest'
import { decodeImage } from './image-file.ts'

type Format = 'image/jpeg' | 'image/png' | 'image/webp'

function picture(width: number, height: number, format: Format): Buffer {
  const canvas = createCanvas(width, height)
  const context = canvas.getContext('2d')
  context.fillStyle = '#c86432'
  context.fillRect(0, 0, width, height)
  return format === 'image/png' ? canvas.toBuffer(format) : canvas.toBuffer(format, 95)
}

async function refusal(bytes: Uint8Array): Promise<unknown> {
  const error: unknown = await decodeImage(bytes, 'camera 7').catch((cause: unknown) => cause)
  return isGanzhiError(error) ? error.code : error
}

describe('pictures', () => {
  test.each<Format>(['image/jpeg', 'image/png', 'image/webp'])('%s becomes a frame', async (format) => {
    const frame = await decodeImage(picture(33, 17, format))
    expect(frame).toMatchObject({ width: 33, height: 17 })
    expect(frame.rgb).toHaveLength(33 * 17 * 3)
    ;[200, 100, 50].forEach((value, i) => expect(Math.abs(frame.rgb[i]! - value)).toBeLessThan(8))
  })

  test('of one pixel, and of 8K, are pictures too', async () => {
    expect(await decodeImage(picture(1, 1, 'image/jpeg'))).toMatchObject({ width: 1, height: 1 })
    expect(await decodeImage(picture(7680, 4320, 'image/jpeg'))).toMatchObject({ width: 7680, height: 4320 })
  })

  test.each<Format>(['image/jpeg', 'image/png', 'image/webp'])(
    '%s that ends too soon is refused',
    async (format) => {
      const whole = picture(320, 240, format)
      expect(await refusal(whole.subarray(0, -40))).toBe('image-truncated')
      expect(await refusal(whole.subarray(0, 9))).toBe('not-an-image')
    },
  )

  test('what is none, is refused before it is decoded', async () => {
    expect(await refusal(new TextEncoder().encode('<html>401 Unauthorized</html>'))).toBe('not-an-image')
    expect(await refusal(new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg"/>'))).toBe(
      'not-an-image',
    )
    expect(await refusal(new Uint8Array())).toBe('not-an-image')
  })

  test('one that claims more pixels than memory is refused before it is decoded', async () => {
    const png = picture(8, 8, 'image/png')
    png.writeUInt32BE(60_000, 16)
    png.writeUInt32BE(60_000, 20)
    expect(await refusal(png)).toBe('image-too-large')
  })

  test('one whose middle is noise is refused or is a frame, and never more', async () => {
    const jpeg = picture(320, 240, 'image/jpeg')
    jpeg.fill(0xa5, 20, jpeg.length - 2)
    expect(await refusal(jpeg)).toMatch(/not-an-image|image-damaged/)
  })
})
