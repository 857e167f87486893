import { expect, it } from 'vitest'
import { contextOf, filesOf, readAll, withHugeFile } from '../../../test/support/sources.js'
import { classFoldersSource } from './class-folders.js'

const open = (context: Parameters<typeof classFoldersSource.examples>[1]) =>
  classFoldersSource.examples({ path: 'animals', flippable: true }, context)

it('makes captions of folder names', async () => {
  const files = await filesOf({
    'animals/red_panda/1.jpg': 'a',
    'animals/red_panda/2.PNG': 'b',
    'animals/red_panda/.DS_Store': '',
    'animals/大熊猫/1.webp': 'c',
    'animals/readme.txt': 'not a class',
    'animals/.git/HEAD': 'not a class',
  })
  const { examples, faults } = await readAll(open, files)
  expect(faults).toEqual([])
  expect(examples.map(({ id, captions }) => [id, captions])).toEqual([
    ['red_panda/1.jpg', [{ language: 'en', text: 'red panda', role: 'name' }]],
    ['red_panda/2.PNG', [{ language: 'en', text: 'red panda', role: 'name' }]],
    ['大熊猫/1.webp', [{ language: 'zh', text: '大熊猫', role: 'name' }]],
  ])
  expect(examples.every(({ flippable }) => flippable)).toBe(true)
})

it('names files that are no pictures', async () => {
  const files = await filesOf({ 'animals/cat/notes.txt': 'x', 'animals/cat/1.gif': 'y' })
  const { examples, faults } = await readAll(open, files)
  expect(examples).toHaveLength(1)
  expect(faults).toEqual([
    expect.stringMatching(/^animals\/cat\/notes.txt: not named like a picture/),
  ])
})

it('names pictures that are too large, and does not read them', async () => {
  const files = await filesOf({ 'animals/cat/1.gif': 'x', 'animals/cat/2.gif': 'y' })
  const { examples, faults } = await readAll(open, withHugeFile(files, 'animals/cat/1.gif'))
  expect(examples.map(({ id }) => id)).toEqual(['cat/2.gif'])
  expect(faults).toEqual([
    'animals/cat/1.gif: the file has 1024.0 MiB, more than the limit of 64.0 MiB; save it smaller',
  ])
})

it('needs class folders', async () => {
  const files = await filesOf({ 'animals/1.jpg': 'a' })
  const examples = open(contextOf(files))[Symbol.asyncIterator]()
  await expect(examples.next()).rejects.toThrow('expected a folder for each class, found none')
})
