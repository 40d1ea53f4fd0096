import { describe, expect, it } from 'vitest'
import { type LinkUnreached, followLinks } from './links.ts'

const T = Date.UTC(2026, 10, 22)
const at = (seconds: number): number => T + seconds * 1_000
const error = { code: 'link-down', message: 'refused' }
const down = (link: string, since: number, devices: readonly string[] = ['meter-1']) => ({
  link,
  since: at(since),
  error,
  devices: [...devices],
})
const report = (seconds: number, links?: readonly ReturnType<typeof down>[], more: object = {}) => ({
  links,
  saidAt: at(seconds),
  arrivedAt: at(seconds),
  dies: false,
  ...more,
})
const open: LinkUnreached = { link: 'bus-1', from: at(5), devices: ['meter-1'] }

describe('a link', () => {
  it('is down from when its gateway says that it is', () => {
    expect(followLinks([], report(10, [down('bus-1', 5)]), at(4))).toEqual([open])
  })

  it('was not for what has been judged already', () => {
    expect(followLinks([], report(10, [down('bus-1', 5)]), at(7))).toEqual([{ ...open, from: at(7) + 1 }])
  })

  it('stays so while that is said, and while the gateway does not know, or only says that it stops', () => {
    expect(followLinks([open], report(20, [down('bus-1', 5)]), at(19))).toEqual([])
    expect(followLinks([open], report(20, [down('bus-1', 15)]), at(19))).toEqual([])
    expect(followLinks([open], report(20), at(19))).toEqual([])
    expect(followLinks([open], report(20, [], { dies: true }), at(19))).toEqual([])
  })

  it('is up again when it is not said any more', () => {
    expect(followLinks([open], report(20, []), at(19))).toEqual([{ ...open, until: at(20) }])
    expect(followLinks([open], report(20, []), at(30))).toEqual([{ ...open, until: at(30) + 1 }])
  })

  it('with other devices behind it goes on with these', () => {
    const more = ['meter-1', 'meter-2']
    expect(followLinks([open], report(20, [down('bus-1', 5, more)]), at(19))).toEqual([
      { ...open, until: at(20) },
      { ...open, from: at(20), devices: more },
    ])
  })

  it('may go down beside others', () => {
    const both = [down('bus-1', 5), down('bus-2', 18, ['meter-9'])]
    expect(followLinks([open], report(20, both), at(10))).toEqual([
      { link: 'bus-2', from: at(18), devices: ['meter-9'] },
    ])
  })

  it('of a gateway whose clock is fast is down from when it was said', () => {
    const fast = report(400, [down('bus-1', 395)], { arrivedAt: at(100) })
    expect(followLinks([], fast, at(90))).toEqual([{ ...open, from: at(100) }])
  })
})
