const LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const TIME_LETTERS = 10
const RANDOM_BYTES = 10

/** A name that sorts by time: 48 bits of ms since 1970, 80 bits of chance (github.com/ulid/spec). */
export function ulid(now: number, random: (bytes: number) => Uint8Array): string {
  const bits = Buffer.from(random(RANDOM_BYTES)).toString('hex')
  const chance = lettersOf(BigInt(`0x${bits}`), 2 * 8)
  return lettersOf(BigInt(Math.max(0, Math.floor(now))), TIME_LETTERS) + chance
}

function lettersOf(value: bigint, length: number): string {
  let letters = ''
  for (let rest = value; letters.length < length; rest >>= 5n)
    letters = `${LETTERS[Number(rest & 31n)]}${letters}`
  return letters
}
