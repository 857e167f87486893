import { expect, it } from 'vitest'
import { contextOf, filesOf, readAll } from '../../../test/support/sources.js'
import { clipClassesSource } from './clip-classes.js'

const open = (context: Parameters<typeof clipClassesSource.examples>[1]) =>
  clipClassesSource.examples({ path: 'clips', flippable: false, stride: 2 }, context)

it('makes captions of folder names, of files and folders of frames', async () => {
  const files = await filesOf({
    'clips/jumping_jack/1.gif': 'a',
    'clips/jumping_jack/.DS_Store': '',
    'clips/.ipynb_checkpoints/1.gif': 'no class',
    'clips/wave/2/1.png': 'b',
    'clips/wave/2/10.png': 'd',
    'clips/wave/2/9.png': 'c',
  })
  const { examples, faults } = await readAll(open, files)
  expect(faults).toEqual([])
  expect(
    examples.map(({ id, captions, picture }) => [
      id,
      captions,
      'files' in picture && [picture.stride, picture.files.map(({ name }) => name)],
    ]),
  ).toEqual([
    [
      'jumping_jack/1.gif',
      [{ language: 'en', text: 'jumping jack' }],
      [2, ['clips/jumping_jack/1.gif']],
    ],
    [
      'wave/2',
      [{ language: 'en', text: 'wave' }],
      [2, ['clips/wave/2/1.png', 'clips/wave/2/9.png', 'clips/wave/2/10.png']],
    ],
  ])
})

it('names folders without frames', async () => {
  const files = await filesOf({ 'clips/wave/1.gif': 'a', 'clips/wave/empty/notes.txt': 'x' })
  const { examples, faults } = await readAll(open, files)
  expect(examples).toHaveLength(1)
  expect(faults).toEqual(['clips/wave: the folder "empty" holds no frames; add them'])
})

it('needs class folders', async () => {
  const examples = open(contextOf(await filesOf({ 'clips/1.gif': 'a' })))[Symbol.asyncIterator]()
  await expect(examples.next()).rejects.toThrow('expected a folder for each class, found none')
})
