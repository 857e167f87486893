import { describe, expect, it } from 'vitest'
import { contextOf, filesOf, readAll } from '../../../test/support/sources.js'
import { tarOf } from '../../../test/support/tar.js'
import { webdatasetSource } from './webdataset.js'

const open = (context: Parameters<typeof webdatasetSource.examples>[1]) =>
  webdatasetSource.examples({ path: 'shards', flippable: false }, context)

describe('WebDataset shards', () => {
  it('are read one after another, files of one name together', async () => {
    const files = await filesOf({
      'shards/0.tar': tarOf(
        { name: 'pets/001.jpg', content: 'cat' },
        { name: 'pets/001.txt', content: 'a cat\n' },
        { name: 'pets/001.zh.txt', content: '一只猫' },
        { name: 'pets/002.json', content: '{"text": "a dog"}' },
        { name: 'pets/002.png', content: 'dog' },
      ),
      'shards/1.tar': tarOf(
        { name: '001.webp', content: 'fox' },
        { name: '001.json', content: '{"caption": "a fox"}' },
        { name: '001.cls', content: '3' },
      ),
      'shards/readme.md': 'not a shard',
    })
    const { examples, faults } = await readAll(open, files)
    expect(faults).toEqual([])
    expect(examples).toEqual([
      {
        id: '0.tar/pets/001',
        group: '0.tar/pets/001',
        picture: { name: 'shards/0.tar/pets/001.jpg', bytes: new TextEncoder().encode('cat') },
        captions: [
          { language: 'en', text: 'a cat' },
          { language: 'zh', text: '一只猫' },
        ],
        flippable: false,
      },
      expect.objectContaining({
        id: '0.tar/pets/002',
        captions: [{ language: 'en', text: 'a dog' }],
      }),
      expect.objectContaining({
        id: '1.tar/001',
        captions: [{ language: 'en', text: 'a fox' }],
      }),
    ])
  })

  it('have their incomplete examples named', async () => {
    const files = await filesOf({
      'shards/0.tar': tarOf(
        { name: 'a.txt', content: 'no picture' },
        { name: 'b.jpg', content: 'no text' },
        { name: 'c.jpg', content: 'x' },
        { name: 'c.json', content: '{"caption": 7}' },
        { name: 'd.jpg', content: 'x' },
        { name: 'd.json', content: '{' },
        { name: 'e.jpg', content: 'x' },
        { name: 'e.txt', content: 'e'.repeat(2 ** 20 + 1) },
        { name: 'f.jpg', content: 'good' },
        { name: 'f.txt', content: 'good' },
      ),
    })
    const { examples, faults } = await readAll(open, files)
    expect(examples.map(({ id }) => id)).toEqual(['0.tar/f'])
    expect(faults.map((fault) => fault.replace(/;.*/, ''))).toEqual([
      'shards/0.tar/a: no picture among its files',
      'shards/0.tar/b: no text among its files',
      'shards/0.tar/c.json: expected JSON with a "text" or "caption"',
      'shards/0.tar/c: no text among its files',
      'shards/0.tar/d.json: expected JSON with a "text" or "caption"',
      'shards/0.tar/d: no text among its files',
      'shards/0.tar/e.txt: the text is larger than 1 MiB',
      'shards/0.tar/e: no text among its files',
    ])
  })

  it('may be a single file', async () => {
    const files = await filesOf({
      shards: tarOf({ name: 'a.jpg', content: 'x' }, { name: 'a.txt', content: 'x' }),
    })
    expect((await readAll(open, files)).examples).toHaveLength(1)
  })

  it('have to be there', async () => {
    const files = await filesOf({ 'shards/0.tar.gz': 'packed' })
    const examples = open(contextOf(files))[Symbol.asyncIterator]()
    await expect(examples.next()).rejects.toThrow('shards: there are no .tar files here')
  })
})
