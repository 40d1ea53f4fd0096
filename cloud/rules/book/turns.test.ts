import { expect, test } from 'vitest'
import { Turns } from './turns.ts'

const never = new AbortController().signal

test('one works after the other, in order of coming', async () => {
  const turns = new Turns(1, 5)
  const done: string[] = []
  const ahead: number[] = []
  const first = await turns.take(never, () => expect.fail('nobody is there'))
  const others = ['b', 'c'].map(async (name) => {
    using _turn = await turns.take(never, (before) => ahead.push(before))
    done.push(name)
  })
  expect([done, ahead]).toEqual([[], [1, 2]])
  first[Symbol.dispose]()
  await Promise.all(others)
  expect(done).toEqual(['b', 'c'])
  using _again = await turns.take(never, () => expect.fail('nobody is there'))
})

test('who goes away while waiting keeps nobody from his turn', async () => {
  const turns = new Turns(1, 5)
  const leaving = new AbortController()
  const first = await turns.take(never, () => undefined)
  const gone = turns.take(leaving.signal, () => undefined)
  const next = turns.take(never, () => undefined)
  leaving.abort(new Error('gone'))
  await expect(gone).rejects.toThrow('gone')
  first[Symbol.dispose]()
  using _turn = await next
})

test('more than so many do not wait', async () => {
  const turns = new Turns(1, 1)
  using _first = await turns.take(never, () => undefined)
  const second = turns.take(never, () => undefined)
  await expect(turns.take(never, () => undefined)).rejects.toMatchObject({ code: 'too-many-backtests' })
  _first[Symbol.dispose]()
  using _second = await second
})
