/**
 * The file system of Node. A file is written under a temporary name beside its place, flushed and
 * renamed, so that a crash or a full disk leaves the old content.
 */

import { createHash, randomBytes } from 'node:crypto'
import { constants, createReadStream, type Stats } from 'node:fs'
import {
  access,
  type FileHandle,
  mkdir,
  open,
  readdir,
  realpath,
  rename,
  rm,
  stat,
} from 'node:fs/promises'
import { dirname } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { StorageError } from '../../errors.js'
import { type FileEntry, type Files, joinPath } from '../../storage/files.js'
import { codeOf, during } from './file-errors.js'

/** The file system of this computer. Relative paths start at the working folder. */
export const createNodeFiles = (): Files => ({
  stat: (path) => during('look at', path, () => entryAt(path)),

  list: (folder) =>
    during('list', folder, async () => {
      const names = await readdir(folder)
      const entries = await Promise.all(names.map((name) => entryAt(joinPath(folder, name))))
      return entries
        .filter((entry) => entry !== undefined) // a broken link, or removed since
        .sort((a, b) => (a.path < b.path ? -1 : 1))
    }),

  read: (path) =>
    during('read', path, () =>
      withHandle(path, 'r', async (handle) => {
        const { size } = await handle.stat()
        // Pipes, devices and the files of /proc tell no size.
        if (size === 0) return new Uint8Array(await handle.readFile())
        return readExactly(handle, path, 0, size)
      }),
    ),

  readRange: (path, start, end) =>
    during('read', path, () =>
      withHandle(path, 'r', async (handle) => {
        // Before memory is taken: the range may come from a damaged file's own header.
        const { size } = await handle.stat()
        if (!(start >= 0 && start <= end && end <= size)) throw outOfFile(path, start, end, size)
        return readExactly(handle, path, start, end)
      }),
    ),

  sha256: (path) =>
    during('read', path, async () => {
      const hash = createHash('sha256')
      await pipeline(createReadStream(path, { highWaterMark: 2 ** 20 }), hash)
      return hash.digest('hex')
    }),

  readText: (path) =>
    during('read', path, () =>
      withHandle(path, 'r', async (handle) => {
        const bytes = await handle.readFile()
        try {
          return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
        } catch (cause) {
          throw new StorageError(`${path} is not UTF-8 text. Save it in that encoding.`, { cause })
        }
      }),
    ),

  write: (path, content) => writeChunks(path, [bytesOf(content)]),

  writeChunks,

  append: (path, content) =>
    during('write', path, async () => {
      await createFolder(dirname(path))
      await withHandle(path, 'a', (handle) => writeAll(handle, [bytesOf(content)]))
    }),

  createFolder,

  rename: (from, to) => during('rename', `${from} to ${to}`, () => rename(from, to)),

  remove: (path) =>
    during('remove', path, async () => {
      try {
        await rm(path, { recursive: true, force: true })
      } catch (error) {
        // Nothing is inside a file; `force` covers only what is missing from a folder.
        if (codeOf(error) !== 'ENOTDIR') throw error
      }
    }),

  syncFolder: (path) => during('flush', path, () => syncFolder(path)),
})

const createFolder = (path: string): Promise<void> =>
  during('create', path, async () => {
    await mkdir(path, { recursive: true })
  })

type Chunks = Iterable<Uint8Array> | AsyncIterable<Uint8Array>

const writeChunks = (path: string, chunks: Chunks): Promise<void> =>
  during('write', path, async () => {
    await createFolder(dirname(path))
    const existing = await statIfThere(path)
    if (existing === undefined || existing.isFile()) {
      await replaceFile(path, existing, chunks)
    } else {
      // A device such as /dev/null is written to: a rename would put a file in its place.
      await withHandle(path, 'w', (handle) => writeAll(handle, chunks))
    }
  })

const replaceFile = async (path: string, existing: Stats | undefined, chunks: Chunks) => {
  if (existing) await access(path, constants.W_OK)
  // The target of a symbolic link is replaced, not the link.
  const target = existing ? await realpath(path) : path
  const folder = dirname(target)
  await sweep(folder)
  const temporary = temporaryIn(folder)
  try {
    await withHandle(
      temporary,
      'wx',
      async (handle) => {
        await writeAll(handle, chunks)
        await handle.sync()
      },
      existing && existing.mode & 0o777, // who may not read the old content may not read the new
    )
    await rename(temporary, target)
  } catch (error) {
    // A failure to tidy up would only hide the first one.
    await rm(temporary, { force: true }).catch(() => {})
    throw error
  }
  await syncFolder(folder)
}

/** Tells this process from others, also from those of other computers and of earlier times. */
const ownToken = randomBytes(4).toString('hex')
let temporaryCount = 0

/** A name that no other write uses; short, whatever is written. */
const temporaryIn = (folder: string): string =>
  joinPath(folder, `.tesserae-${process.pid}-${ownToken}-${temporaryCount++}.partial`)

const temporaryPattern = /^\.tesserae-(\d+)-([\da-f]+)-\d+\.partial$/

/** Milliseconds after which nobody writes on: a process of another computer may look as if it had ended. */
const longestPause = 10 * 60 * 1000

const sweptFolders = new Set<string>()

/** Removes what killed processes left in a folder, once for each. */
const sweep = async (folder: string): Promise<void> => {
  if (sweptFolders.has(folder)) return
  sweptFolders.add(folder)
  // Who may write into a folder but not list it leaves things as they are.
  for (const name of await readdir(folder).catch(() => [])) {
    const [, id, token] = temporaryPattern.exec(name) ?? []
    if (id === undefined || isWriting(Number(id), token)) continue
    const path = joinPath(folder, name)
    const found = await statIfThere(path)
    if (found === undefined || Date.now() - found.mtimeMs < longestPause) continue
    await rm(path, { force: true }).catch(() => {})
  }
}

/** Whether a process may still write: an earlier one may have had the number that this one has. */
const isWriting = (id: number, token: string | undefined): boolean => {
  if (id === process.pid) return token === ownToken
  try {
    return process.kill(id, 0)
  } catch (error) {
    // It may belong to somebody else.
    return codeOf(error) !== 'ESRCH'
  }
}

const writeAll = async (handle: FileHandle, chunks: Chunks): Promise<void> => {
  for await (const chunk of chunks) {
    for (let offset = 0; offset < chunk.byteLength; ) {
      const length = Math.min(chunk.byteLength - offset, longestTransfer)
      offset += (await handle.write(chunk, offset, length)).bytesWritten
    }
  }
}

const readExactly = async (handle: FileHandle, path: string, start: number, end: number) => {
  const bytes = new Uint8Array(end - start)
  for (let offset = 0; offset < bytes.length; ) {
    const length = Math.min(bytes.length - offset, longestTransfer)
    const { bytesRead } = await handle.read(bytes, offset, length, start + offset)
    if (bytesRead === 0) throw outOfFile(path, start, end, start + offset)
    offset += bytesRead
  }
  return bytes
}

/** Node refuses to read or write 2 GiB and more in one call. */
const longestTransfer = 2 ** 30

const outOfFile = (path: string, start: number, end: number, size: number): StorageError =>
  new StorageError(
    `cannot read bytes ${start} to ${end} of ${path}: it has ${size} bytes. ` +
      'It may be truncated; copy or create it again.',
  )

const withHandle = async <Result>(
  path: string,
  flags: 'r' | 'a' | 'w' | 'wx',
  action: (handle: FileHandle) => Promise<Result>,
  mode?: number,
): Promise<Result> => {
  const handle = await open(path, flags, mode)
  try {
    return await action(handle)
  } finally {
    await handle.close()
  }
}

const statIfThere = async (path: string): Promise<Stats | undefined> => {
  try {
    return await stat(path)
  } catch (error) {
    const code = codeOf(error)
    // Nothing can be there of which the name is too long.
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ENAMETOOLONG') return undefined
    throw error
  }
}

const entryAt = async (path: string): Promise<FileEntry | undefined> => {
  const found = await statIfThere(path)
  if (found === undefined) return undefined
  const modified = found.mtimeMs
  return found.isDirectory()
    ? { path, kind: 'folder', size: 0, modified }
    : { path, kind: 'file', size: found.size, modified }
}

const syncFolder = async (path: string): Promise<void> => {
  if (process.platform === 'win32') return // folders cannot be opened, and need no flush, there
  await withHandle(path, 'r', async (handle) => {
    try {
      await handle.sync()
    } catch (error) {
      // Some network file systems flush files only.
      if (codeOf(error) !== 'EINVAL' && codeOf(error) !== 'ENOTSUP') throw error
    }
  })
}

const bytesOf = (content: Uint8Array | string): Uint8Array =>
  typeof content === 'string' ? new TextEncoder().encode(content) : content
