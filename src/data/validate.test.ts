import { expect, it } from 'vitest'
import { grayMedia } from '../../test/support/pictures.js'
import type { Example } from './example.js'
import { printValidation, validateExamples } from './validate.js'

const exampleOf = (id: string, gray: number): Example => ({
  id,
  picture: { name: `${id}.png`, bytes: Uint8Array.of(gray) },
  captions: [{ language: 'en', text: id }],
  group: id,
})

it('counts good and bad examples and describes the first faults', async () => {
  const media = grayMedia()
  const validation = await validateExamples({
    media,
    described: 3,
    async *open(onFault) {
      yield exampleOf('a', 1)
      onFault({ file: 'metadata.csv', line: 3, message: 'a bad row' })
      yield exampleOf('b', 0)
      yield exampleOf('a', 2)
      onFault({ file: 'metadata.csv', line: 9, message: 'another bad row' })
      yield exampleOf('c', 3)
    },
  })
  expect(validation).toMatchObject({ good: 2, faults: { count: 4 } })
  expect(validation.faults.first).toHaveLength(3)
  expect(printValidation(validation).split('\n')).toEqual([
    'metadata.csv:3: a bad row',
    'b.png: the picture is damaged; replace it',
    'a: another example has the same id; rename one',
    '... and 1 more',
    '2 good, 4 with faults',
  ])
})

it('throws what is no fault of the data', async () => {
  const open = async function* (): AsyncGenerator<Example> {
    yield exampleOf('a', 1)
    throw new Error('a bug')
  }
  await expect(validateExamples({ media: grayMedia(), open })).rejects.toThrow('a bug')
})
