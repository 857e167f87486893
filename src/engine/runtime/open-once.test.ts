import { expect, test } from 'vitest'
import { openOnce } from './open-once.js'

/** Things that write down when they are opened and closed. */
const logging = () => {
  const log: string[] = []
  const things = openOnce<{ readonly name: string; close(): Promise<void> }>()
  const get = (name: string, fault?: string) =>
    things.get(name, async () => {
      log.push(`open ${name}`)
      if (fault !== undefined) throw new Error(fault)
      return { name, close: async () => void log.push(`close ${name}`) }
    })
  return { log, things, get }
}

test('what is asked for twice is opened once', async () => {
  const { log, things, get } = logging()
  const [one, same] = await Promise.all([get('a'), get('a')])
  expect(await get('a')).toBe(one)
  expect(same).toBe(one)
  await get('b')
  await things.close()
  expect(log).toEqual(['open a', 'open b', 'close a', 'close b'])
})

test('what cannot be opened is tried anew, and leaves all else to be closed', async () => {
  const { log, things, get } = logging()
  await get('a')
  await expect(get('b', 'no room')).rejects.toThrow('no room')
  expect((await get('b')).name).toBe('b')
  await expect(get('c', 'no room')).rejects.toThrow('no room')
  await things.close()
  expect(log).toEqual(['open a', 'open b', 'open b', 'open c', 'close a', 'close b'])
})

test('all is closed where one of it fails to close, and only once', async () => {
  const log: string[] = []
  const things = openOnce<{ close(): Promise<void> }>()
  const get = (name: string, close: () => Promise<void>) =>
    things.get(name, async () => ({ close }))
  await get('a', () => Promise.reject(new Error('stuck')))
  await get('b', async () => void log.push('close b'))
  await expect(things.close()).rejects.toThrow('stuck')
  await things.close()
  expect(log).toEqual(['close b'])
})

test('what is still being opened is closed as well', async () => {
  const { log, things, get } = logging()
  const failing = get('a', 'no room')
  failing.catch(() => {})
  get('b')
  await things.close()
  expect(log).toEqual(['open a', 'open b', 'close b'])
})
