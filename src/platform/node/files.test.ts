import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createMemoryFiles } from '../../../test/support/memory-files.js'
import { StorageError } from '../../errors.js'
import type { Files } from '../../storage/files.js'
import { createNodeFiles } from './files.js'

const files = createNodeFiles()
let root = ''
let folderCount = 0
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'tesserae-files-'))
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

const newFolder = async (): Promise<string> => {
  const folder = `${root}/${folderCount++}`
  await files.createFolder(folder)
  return folder
}

const errorOf = async (action: Promise<unknown>): Promise<string> => {
  const error = await action.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(StorageError)
  return (error as StorageError).message
}

describe('write', () => {
  test('creates missing folders and replaces what was there', async () => {
    const path = `${await newFolder()}/a/b/c.txt`
    await files.write(path, 'first')
    await files.write(path, new Uint8Array([0xe4, 0xbd, 0xa0]))
    expect(readFileSync(path, 'utf8')).toBe('你')
    expect(readdirSync(join(path, '..'))).toEqual(['c.txt'])
  })

  test('leaves the old content and no temporary file when the chunks fail half way', async () => {
    const folder = await newFolder()
    await files.write(`${folder}/a`, 'old')
    function* chunks() {
      yield new Uint8Array(100_000)
      throw new Error('the supplier failed')
    }
    await expect(files.writeChunks(`${folder}/a`, chunks())).rejects.toThrow('the supplier failed')
    expect(readFileSync(`${folder}/a`, 'utf8')).toBe('old')
    expect(readdirSync(folder)).toEqual(['a'])
  })

  test('takes names as long as the file system does', async () => {
    const folder = await newFolder()
    const name = `${'猫'.repeat(83)}.gif`
    await files.write(`${folder}/${name}`, 'drawn')
    expect(readdirSync(folder)).toEqual([name])
  })

  test('removes what killed processes have left, and nothing that may still be written', async () => {
    const folder = await newFolder()
    const { pid } = spawnSync(process.execPath, ['--version'])
    const nameOf = (id: number | undefined, count: number) =>
      `.tesserae-${id}-0a1b-${count}.partial`
    const [fresh, running] = [nameOf(pid, 1), nameOf(process.ppid, 2)]
    // An earlier process may have had the number that this one has.
    const old = [nameOf(pid, 0), nameOf(process.pid, 3), running]
    for (const name of [fresh, ...old]) writeFileSync(join(folder, name), 'half')
    const hourAgo = new Date(Date.now() - 3_600_000)
    for (const name of old) utimesSync(join(folder, name), hourAgo, hourAgo)
    await files.write(`${folder}/a`, 'whole')
    expect(readdirSync(folder).sort()).toEqual([fresh, running, 'a'].sort())
  })

  test('keeps the mode of the file and the link that leads to it', async () => {
    const folder = await newFolder()
    await files.write(`${folder}/secret`, 'old')
    chmodSync(`${folder}/secret`, 0o600)
    symlinkSync(`${folder}/secret`, `${folder}/link`)
    await files.write(`${folder}/link`, 'new')
    expect(readFileSync(`${folder}/secret`, 'utf8')).toBe('new')
    expect(statSync(`${folder}/secret`).mode & 0o777).toBe(0o600)
    expect((await files.list(folder)).map(({ path }) => path)).toHaveLength(2)
  })

  test('replaces the name only: another hard link keeps the old content', async () => {
    const folder = await newFolder()
    await files.write(`${folder}/a`, 'old')
    linkSync(`${folder}/a`, `${folder}/b`)
    await files.write(`${folder}/a`, 'new')
    expect(readFileSync(`${folder}/b`, 'utf8')).toBe('old')
  })

  test('writers of the same path at the same time leave one of the contents whole', async () => {
    const path = `${await newFolder()}/a`
    const contents = Array.from({ length: 8 }, (_, index) => `${index}`.repeat(50_000))
    await Promise.all(contents.map((content) => files.write(path, content)))
    expect(contents).toContain(readFileSync(path, 'utf8'))
  })

  test('accepts chunks that arrive over time', async () => {
    const path = `${await newFolder()}/a`
    async function* chunks() {
      yield new Uint8Array([1])
      await Promise.resolve()
      yield new Uint8Array()
      yield new Uint8Array([2, 3])
    }
    await files.writeChunks(path, chunks())
    expect([...(await files.read(path))]).toEqual([1, 2, 3])
  })
})

describe.skipIf(!existsSync('/dev/full'))('a full disk', () => {
  test('is named by write and append, with a remedy', async () => {
    for (const action of [files.write, files.append]) {
      const message = await errorOf(action('/dev/full', 'x'))
      expect(message).toBe(
        'cannot write /dev/full: the disk is full. Free some space or choose another disk.',
      )
    }
    expect(statSync('/dev/full').isCharacterDevice()).toBe(true)
  })
})

test('a device is written to and stays a device', async () => {
  await files.write('/dev/null', 'x')
  expect(statSync('/dev/null').isCharacterDevice()).toBe(true)
})

describe('read', () => {
  test('returns a range, and refuses one beyond the end before it takes memory', async () => {
    const path = `${await newFolder()}/a`
    await files.write(path, new Uint8Array([10, 11, 12, 13]))
    expect([...(await files.readRange(path, 1, 3))]).toEqual([11, 12])
    expect([...(await files.readRange(path, 4, 4))]).toEqual([])
    for (const [start, end] of [
      [0, 5],
      [3, 2],
      [-1, 2],
      [0, 2 ** 52],
    ] as const) {
      const message = await errorOf(files.readRange(path, start, end))
      expect(message).toContain(`bytes ${start} to ${end} of ${path}: it has 4 bytes`)
    }
  })

  test('returns bytes that start at the beginning of their buffer', async () => {
    const path = `${await newFolder()}/a`
    await files.write(path, 'small')
    for (const bytes of [await files.read(path), await files.readRange(path, 1, 3)]) {
      expect(bytes.byteOffset).toBe(0)
      expect(bytes.buffer.byteLength).toBe(bytes.length)
    }
  })

  test('refuses text that is not UTF-8', async () => {
    const path = `${await newFolder()}/a`
    await files.write(path, new Uint8Array([0xc4, 0xe3])) // 你 in GBK
    expect(await errorOf(files.readText(path))).toBe(
      `${path} is not UTF-8 text. Save it in that encoding.`,
    )
  })

  test('hashes as FIPS 180-2 says', async () => {
    const path = `${await newFolder()}/a`
    await files.write(path, 'abc')
    const expected = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'
    expect(await files.sha256(path)).toBe(expected)
    const memory = createMemoryFiles()
    await memory.write('a', 'abc')
    expect(await memory.sha256('a')).toBe(expected)
  })
})

test('stat tells nothing of what is not there, and list leaves broken links out', async () => {
  const folder = await newFolder()
  await files.write(`${folder}/b`, 'four')
  await files.createFolder(`${folder}/a`)
  symlinkSync(`${folder}/nowhere`, `${folder}/c`)
  expect(await files.stat(`${folder}/c`)).toBeUndefined()
  expect(await files.stat(`${folder}/b/inside-a-file`)).toBeUndefined()
  expect(await files.list(folder)).toMatchObject([
    { path: `${folder}/a`, kind: 'folder', size: 0 },
    { path: `${folder}/b`, kind: 'file', size: 4 },
  ])
})

describe('errors name the path and a remedy', () => {
  const isRoot = process.getuid?.() === 0 // who may do everything

  test('of what does not exist, is a folder, is no folder, has too long a name', async () => {
    const folder = await newFolder()
    await files.write(`${folder}/file`, '')
    const long = `${folder}/${'n'.repeat(300)}`
    for (const [action, explanation] of [
      [
        () => files.read(`${folder}/x`),
        `cannot read ${folder}/x: it does not exist. Check the path.`,
      ],
      [
        () => files.readText(folder),
        `cannot read ${folder}: it is a folder, not a file. Name a file`,
      ],
      [
        () => files.sha256(folder),
        `cannot read ${folder}: it is a folder, not a file. Name a file`,
      ],
      [
        () => files.write(folder, ''),
        `cannot write ${folder}: it is a folder, not a file. Name a file`,
      ],
      [
        () => files.write(`${folder}/file/x`, ''),
        `cannot create ${folder}/file: a file of that name is there already`,
      ],
      [
        () => files.list(`${folder}/file`),
        `cannot list ${folder}/file: a part of the path is a file`,
      ],
      [() => files.write(long, ''), 'the name is too long. Choose a shorter one.'],
      [
        () => files.rename(`${folder}/x`, `${folder}/y`),
        `cannot rename ${folder}/x to ${folder}/y: it`,
      ],
      [() => files.read(`${folder}/\0`), 'the path is not a legal one'],
    ] as const) {
      expect(await errorOf(action())).toContain(explanation)
    }
  })

  test('of a folder in the way', async () => {
    const folder = await newFolder()
    await files.write(`${folder}/a/file`, '')
    await files.write(`${folder}/b/file`, '')
    expect(await errorOf(files.rename(`${folder}/a`, `${folder}/b`))).toContain(
      'a folder with content is there already. Remove it or choose another name.',
    )
  })

  test.skipIf(isRoot)('of a missing permission', async () => {
    const folder = await newFolder()
    await files.write(`${folder}/a`, '')
    chmodSync(`${folder}/a`, 0)
    expect(await errorOf(files.read(`${folder}/a`))).toContain('permission is denied')
    expect(await errorOf(files.write(`${folder}/a`, ''))).toContain('permission is denied')
  })
})

test('remove takes a folder with its content and accepts what is not there', async () => {
  const folder = await newFolder()
  await files.write(`${folder}/a/b/c`, '')
  await files.remove(`${folder}/a`)
  await files.remove(`${folder}/a`)
  expect(await files.list(folder)).toEqual([])
  writeFileSync(`${folder}/file`, '')
  await files.remove(`${folder}/file`)
  expect(await files.list(folder)).toEqual([])
})

test('the files of the computer and those in memory do the same', async () => {
  const path = fc.constantFrom('a', 'b', 'a/c', 'b/c', 'a/c/d')
  const step = fc.oneof(
    fc.record({ method: fc.constantFrom('write', 'append'), path, content: fc.string() }),
    fc.record({
      method: fc.constantFrom('createFolder', 'remove', 'read', 'readText', 'sha256', 'list'),
      path,
    }),
    fc.record({ method: fc.constant('rename'), path, to: path }),
  )
  type Step = { method: string; path: string; content?: string; to?: string }

  const perform = async (on: Files, folder: string, { method, path, content, to }: Step) => {
    const place = `${folder}/${path}`
    try {
      if (method === 'write' || method === 'append') await on[method](place, content!)
      else if (method === 'rename') await on.rename(place, `${folder}/${to}`)
      else if (method === 'read') return Array.from(await on.read(place))
      else if (method === 'readText' || method === 'sha256') return await on[method](place)
      else if (method === 'list') return await shapeOf(on, place, folder)
      else if (method === 'createFolder' || method === 'remove') await on[method](place)
      return 'done'
    } catch (error) {
      expect(error).toBeInstanceOf(StorageError)
      return 'refused'
    }
  }
  const shapeOf = async (on: Files, place: string, folder: string) =>
    (await on.list(place)).map(({ path, kind, size }) => [path.slice(folder.length), kind, size])

  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
      const [disk, memory] = [await newFolder(), createMemoryFiles()]
      await memory.createFolder('root')
      for (const one of steps) {
        expect([one, await perform(memory, 'root', one)]).toEqual([
          one,
          await perform(files, disk, one),
        ])
      }
      expect(await shapeOf(memory, 'root', 'root')).toEqual(await shapeOf(files, disk, disk))
    }),
    { numRuns: 60, seed: 1 },
  )
})
