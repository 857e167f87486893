import { describe, expect, test } from 'vitest'
import { createMemoryFiles } from '../../../test/support/memory-files.js'
import { locateSource } from './locate-source.js'

const folderSource = (path: string) => ({ kind: 'folder', path, flippable: true }) as const

describe('the path of a source', () => {
  const environment = { files: createMemoryFiles(), dataFolder: 'data' }
  const located = async (path: string) => locateSource(folderSource(path), environment)

  test('is looked for below the working folder, then in the data folder', async () => {
    await environment.files.write('pictures/metadata.csv', '')
    await environment.files.write('data/birds/metadata.csv', '')
    expect(await located('pictures')).toEqual(folderSource('pictures'))
    expect(await located('birds')).toEqual(folderSource('data/birds'))
  })

  test('is left alone where it says where it starts', async () => {
    for (const path of ['/birds', './birds', '../birds', 'C:/birds', 'c:\\birds']) {
      expect(await located(path)).toEqual(folderSource(path))
    }
  })

  test('of a public data set that is missing says where to get it', async () => {
    await expect(located('mnist')).rejects.toThrow(/data\/mnist.*is missing; get it from/)
    await expect(located('nothing/new.csv')).rejects.toThrow(
      /^nothing\/new\.csv: there is no such file or folder; .*there is no folder data\/nothing/,
    )
  })

  test('is no matter to a source without one', async () => {
    const emoji = { kind: 'emoji', styles: ['noto'] } as const
    expect(await locateSource({ ...emoji, styles: ['noto'] }, environment)).toEqual(emoji)
  })
})
