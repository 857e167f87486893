import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { contextOf, filesOf } from '../../../test/support/sources.js'
import { tarOf } from '../../../test/support/tar.js'
import { DataError } from '../../errors.js'
import { type Fault, printFault } from '../source.js'
import { readTar } from './tar.js'

const read = async (archive: Uint8Array) => {
  const files = await filesOf({ 'a.tar': archive })
  const faults: Fault[] = []
  const contents: Record<string, string> = {}
  const context = { ...contextOf(files), onFault: (fault: Fault) => faults.push(fault) }
  for await (const { path, start, end } of readTar('a.tar', context)) {
    contents[path] = new TextDecoder().decode(await files.readRange('a.tar', start, end))
  }
  return { contents, faults: faults.map(printFault) }
}

describe('readTar', () => {
  it('finds the files of an archive and where their contents are', async () => {
    const archive = tarOf(
      { name: 'folder', type: '5' },
      { name: './folder/a.txt', content: 'alpha' },
      { name: 'b.txt', prefix: 'deep/folder', content: 'b'.repeat(513) },
      { name: 'empty.txt', content: '' },
      { name: 'old.txt', magic: '\0', type: '\0', content: 'from before POSIX' },
    )
    expect(await read(archive)).toEqual({
      contents: {
        'folder/a.txt': 'alpha',
        'deep/folder/b.txt': 'b'.repeat(513),
        'empty.txt': '',
        'old.txt': 'from before POSIX',
      },
      faults: [],
    })
  })

  it('follows the long names of GNU tar and the paths and sizes of pax, for one entry each', async () => {
    const archive = tarOf(
      { name: '././@LongLink', type: 'L', content: 'gnu/long.txt\0' },
      { name: 'gnu/lo', content: 'one' },
      { name: 'header', type: 'x', content: '20 path=pax/一.txt\n9 size=3\n' },
      { name: 'pax/', size: 0, content: 'two' },
      { name: 'global', type: 'g', content: '14 path=other\n' },
      { name: 'short.txt', content: 'three' },
    )
    expect(await read(archive)).toEqual({
      contents: { 'gnu/long.txt': 'one', 'pax/一.txt': 'two', 'short.txt': 'three' },
      faults: [],
    })
  })

  it('refuses entries that lead outside, links and devices, and goes on', async () => {
    const archive = tarOf(
      { name: '../x', content: 'up' },
      { name: '/etc/passwd', content: 'absolute' },
      { name: 'a/../../b', content: 'up' },
      { name: '././@LongLink', type: 'L', content: '../long\0' },
      { name: 'short', content: 'up' },
      { name: 'soft', type: '2' },
      { name: 'hard', type: '1' },
      { name: 'device', type: '3' },
      { name: 'sparse', type: 'S' },
      { name: 'good.txt', content: 'good' },
    )
    const { contents, faults } = await read(archive)
    expect(contents).toEqual({ 'good.txt': 'good' })
    expect(faults).toHaveLength(8)
    for (const fault of faults)
      expect(fault).toMatch(/^a.tar: .*(outside|out of|absolute|link|neither)/)
  })

  it('refuses sizes that lie', async () => {
    for (const size of [4096, 2 ** 33 - 1, '99999999999\0', '-0000000010\0', 'eleven bytes']) {
      const { contents, faults } = await read(tarOf({ name: 'big.txt', content: 'small', size }))
      expect(contents).toEqual({})
      expect(faults).toHaveLength(1)
    }
    for (const size of ['-3', '1e3', 'x', '99999999999999999999']) {
      const record = ` size=${size}\n`
      const length = record.length + 2
      const archive = tarOf(
        { name: 'header', type: 'x', content: `${length}${record}` },
        { name: 'a.txt', content: 'abc' },
      )
      expect((await read(archive)).contents['a.txt']).toBeUndefined()
    }
  })

  it('refuses extended headers of unreasonable length', async () => {
    const archive = tarOf({ name: 'x', type: 'L', content: new Uint8Array(2 ** 20 + 1).fill(97) })
    expect((await read(archive)).faults).toEqual([expect.stringMatching(/too long/)])
  })

  it('notices archives that are cut short, wherever that is', async () => {
    const archive = tarOf(
      { name: 'a.txt', content: 'a'.repeat(700) },
      { name: 'b.txt', content: 'b' },
    )
    for (const length of [0, 100, 512, 1000, 1536, 1600, 2560]) {
      expect((await read(archive.subarray(0, length))).faults).toHaveLength(1)
    }
  })

  it('notices what is no tar archive or damaged', async () => {
    const notTar = new Uint8Array(2048).fill(7)
    expect((await read(notTar)).faults).toEqual(['a.tar: no tar header at byte 0; pack it again'])
    const damaged = tarOf({ name: 'a.txt', content: 'a', breakChecksum: true })
    expect((await read(damaged)).faults).toHaveLength(1)
  })

  it('throws a fault where nobody collects them', async () => {
    const files = await filesOf({ 'a.tar': tarOf({ name: '../x', content: 'up' }) })
    await expect(readTar('a.tar', contextOf(files)).next()).rejects.toThrow(DataError)
  })

  it('never fails in another way, and never yields a path that leads outside', async () => {
    const archive = tarOf(
      { name: '././@LongLink', type: 'L', content: 'folder/a.txt\0' },
      { name: 'x', content: 'alpha' },
      { name: 'p', type: 'x', content: '14 path=b.txt\n' },
      { name: 'y', content: 'beta' },
    )
    const changes = fc.array(fc.tuple(fc.nat(archive.length - 1), fc.nat(255)), { maxLength: 4 })
    await fc.assert(
      fc.asyncProperty(changes, async (pairs) => {
        const damaged = archive.slice()
        for (const [place, value] of pairs) damaged[place] = value
        const { contents } = await read(damaged)
        for (const path of Object.keys(contents)) expect(path).not.toMatch(/^\/|(^|\/)\.\.(\/|$)/)
      }),
    )
  })
})
