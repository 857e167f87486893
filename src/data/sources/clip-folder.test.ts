import { describe, expect, it } from 'vitest'
import { filesOf, readAll } from '../../../test/support/sources.js'
import { DataError } from '../../errors.js'
import type { SourceContext } from '../source.js'
import { clipFolderSource } from './clip-folder.js'

const open =
  (options: object = {}) =>
  (context: SourceContext) =>
    clipFolderSource.examples(
      clipFolderSource.options.parse({ path: 'clips', ...options }),
      context,
    )

const bytesOf = (text: string) => new TextEncoder().encode(text)

describe('a folder of clips', () => {
  it('is read by its metadata.jsonl, files and folders of frames', async () => {
    const rows = [
      '{"file_name": "jump.gif", "text": ["a jump", "跳"], "attributes": {"action": "jump"}}',
      '{"file_name": "strip.png", "text": "a run", "frames": 3, "flippable": false}',
      '{"file_name": "walk", "text": "a walk", "group": "walks"}',
    ]
    const files = await filesOf({
      'clips/metadata.jsonl': rows.join('\n'),
      'clips/jump.gif': 'jump',
      'clips/strip.png': 'strip',
      'clips/walk/10.png': 'ten',
      'clips/walk/9.png': 'nine',
      'clips/walk/notes.txt': 'no frame',
    })
    const { examples, faults } = await readAll(open(), files)
    expect(faults).toEqual([])
    expect(examples).toEqual([
      {
        id: 'jump.gif',
        group: 'jump.gif',
        picture: {
          name: 'clips/jump.gif',
          files: [{ name: 'clips/jump.gif', bytes: bytesOf('jump') }],
        },
        captions: [
          { language: 'en', text: 'a jump' },
          { language: 'zh', text: '跳' },
        ],
        attributes: { action: 'jump' },
        flippable: true,
      },
      {
        id: 'strip.png',
        group: 'strip.png',
        picture: {
          name: 'clips/strip.png',
          files: [{ name: 'clips/strip.png', bytes: bytesOf('strip') }],
          stripFrames: 3,
        },
        captions: [{ language: 'en', text: 'a run' }],
        flippable: false,
      },
      {
        id: 'walk',
        group: 'walks',
        picture: {
          name: 'clips/walk',
          files: [
            { name: 'clips/walk/9.png', bytes: bytesOf('nine') },
            { name: 'clips/walk/10.png', bytes: bytesOf('ten') },
          ],
        },
        captions: [{ language: 'en', text: 'a walk' }],
        flippable: true,
      },
    ])
  })

  it('is read by a table of other columns', async () => {
    const table = 'file\taction\tsubject\tframes\nbend_s0.jpg\tbend "low"\ts0\t61\n'
    const files = await filesOf({ 'clips/index.tsv': table, 'clips/bend_s0.jpg': 'strip' })
    const columns = {
      file_name: 'file',
      text: 'action',
      group: 'subject',
      'attributes.action': 'action',
    }
    const { examples, faults } = await readAll(
      open({ table: 'index.tsv', columns, stride: 2 }),
      files,
    )
    expect(faults).toEqual([])
    expect(examples).toMatchObject([
      {
        id: 'bend_s0.jpg',
        group: 's0',
        captions: [{ language: 'en', text: 'bend "low"' }],
        attributes: { action: 'bend "low"' },
        picture: { stripFrames: 61, stride: 2 },
      },
    ])
  })

  it('names rows that cannot be used, and goes on', async () => {
    const frames = Object.fromEntries(
      Array.from({ length: 4097 }, (_, frame) => [`clips/long/${frame}.png`, 'x']),
    )
    const rows = [
      '{"file_name": "gone.gif", "text": "gone"}',
      '{"file_name": "empty", "text": "empty"}',
      '{"file_name": "long", "text": "long"}',
      '{"file_name": "a.gif", "text": "a", "frames": 1.5}',
      '{"file_name": "../a.gif", "text": "a"}',
      '{"file_name": "b.gif", "text": "b"}',
    ]
    const files = await filesOf({
      'clips/metadata.jsonl': rows.join('\n'),
      'clips/empty/notes.txt': 'x',
      'clips/b.gif': 'b',
      ...frames,
    })
    const { examples, faults } = await readAll(open(), files)
    expect(examples.map(({ id }) => id)).toEqual(['b.gif'])
    expect(faults).toEqual([
      'clips/metadata.jsonl:1: there is no clip "gone.gif"; add it or remove the row',
      'clips/metadata.jsonl:2: the folder "empty" holds no frames; add them or remove the row',
      'clips/metadata.jsonl:3: the folder "long" holds 4097 frames, more than the limit of 4096; cut the clip into shorter ones or remove the row',
      'clips/metadata.jsonl:4: frames: expected a whole number of frames; correct it or leave it out',
      'clips/metadata.jsonl:5: the file name "../a.gif" leads out of the data set; remove the ".."',
    ])
  })

  it('needs its table, with the columns that are named', async () => {
    const files = await filesOf({ 'clips/index.tsv': 'file\taction\na\tb\n' })
    await expect(readAll(open(), files)).rejects.toThrow(DataError)
    await expect(readAll(open(), files)).rejects.toThrow(
      'clips: there is no metadata.jsonl or metadata.csv in this folder',
    )
    await expect(readAll(open({ table: 'other.csv' }), files)).rejects.toThrow(
      'clips: there is no other.csv in this folder',
    )
    const { faults } = await readAll(
      open({ table: 'index.tsv', columns: { file_name: 'file', text: 'words' } }),
      files,
    )
    expect(faults).toEqual([
      'clips/index.tsv:1: expected a header with the columns file and words, found file, action',
    ])
  })
})
