import { beforeEach, describe, expect, test } from 'vitest'
import { createMemoryFiles } from '../../test/support/memory-files.js'
import type { Files } from './files.js'
import { openModelFolder, writeModelFolder } from './model-folder.js'
import { withPackagedModels } from './packaged-models.js'

describe('models of the package', () => {
  let plain: Files
  let files: Files

  beforeEach(async () => {
    plain = createMemoryFiles()
    files = withPackagedModels(plain, 'package')
    await plain.write('package/pretrained/emoji/config.json', '{"of":"package"}')
    await plain.write('package/pretrained/emoji/words.json', '[]')
  })

  test('are read where the working folder has none of that name', async () => {
    expect(await files.readText('pretrained/emoji/config.json')).toBe('{"of":"package"}')
    expect(await files.readRange('pretrained/emoji/config.json', 0, 1)).toHaveLength(1)
    expect((await files.stat('pretrained/emoji'))?.kind).toBe('folder')
    expect(await files.list('pretrained/emoji')).toHaveLength(2)
    expect(await files.sha256('pretrained/emoji/words.json')).toBe(
      await plain.sha256('package/pretrained/emoji/words.json'),
    )
  })

  test('are not mixed with an own one of that name', async () => {
    await files.write('pretrained/emoji/config.json', '{"of":"me"}')
    expect(await files.readText('pretrained/emoji/config.json')).toBe('{"of":"me"}')
    expect(await files.stat('pretrained/emoji/words.json')).toBeUndefined()
    expect(await plain.readText('package/pretrained/emoji/config.json')).toBe('{"of":"package"}')
  })

  test('do not stand in the way of an own one that is written', async () => {
    const entries = { 'words.json': { copyOf: 'pretrained/emoji/words.json' } }
    await writeModelFolder(files, 'pretrained/emoji', entries)
    expect((await openModelFolder(files, 'pretrained/emoji')).names).toEqual(['words.json'])
    expect(await plain.readText('package/pretrained/emoji/config.json')).toBe('{"of":"package"}')
    await expect(writeModelFolder(files, 'pretrained/emoji', entries)).rejects.toThrow(
      'pretrained/emoji: it exists already',
    )
  })

  test('do not stand for anything else: errors name what was asked for', async () => {
    expect(await files.stat('pretrained/nothing')).toBeUndefined()
    await expect(files.readText('pretrained/nothing/config.json')).rejects.toThrow(
      /cannot read pretrained\/nothing\/config\.json/,
    )
    expect(await files.stat('emoji/config.json')).toBeUndefined()
  })
})
