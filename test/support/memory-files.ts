/**
 * A file system in memory, with the promises of `Files`, so that tests leave nothing on the disk.
 * Flushing does nothing.
 */

import { StorageError } from '../../src/errors.js'
import { baseName, type FileEntry, type Files, joinPath } from '../../src/storage/files.js'

interface Entry {
  /** Undefined for a folder. */
  readonly content: Uint8Array<ArrayBuffer> | undefined
  readonly modified: number
}

/** An empty file system; relative paths start at its root. */
export const createMemoryFiles = (): Files => {
  const entries = new Map<string, Entry>([['', { content: undefined, modified: Date.now() }]])

  const contentOf = (path: string): Uint8Array<ArrayBuffer> => {
    const entry = entries.get(normalize(path))
    if (entry === undefined) throw failure('read', path, 'it does not exist. Check the path.')
    if (entry.content === undefined) throw failure('read', path, isFolder)
    return entry.content
  }

  const createFolder = (path: string) => {
    let folder = ''
    for (const part of partsOf(path)) {
      folder = joinPath(folder, part)
      const entry = entries.get(folder)
      if (entry?.content) throw failure('create', path, `${folder} is a file. Check the path.`)
      if (entry === undefined) entries.set(folder, { content: undefined, modified: Date.now() })
    }
  }

  const put = (path: string, content: Uint8Array<ArrayBuffer>) => {
    const key = normalize(path)
    if (isFolderAt(key)) throw failure('write', path, isFolder)
    createFolder(folderOf(key))
    entries.set(key, { content, modified: Date.now() })
  }

  const isFolderAt = (key: string): boolean =>
    entries.has(key) && entries.get(key)!.content === undefined

  const keysIn = (folder: string): string[] => {
    const start = folder === '' ? '' : `${folder}/`
    return [...entries.keys()].filter((key) => key !== '' && key.startsWith(start))
  }

  const describe = (path: string, { content, modified }: Entry): FileEntry => ({
    path,
    kind: content ? 'file' : 'folder',
    size: content?.length ?? 0,
    modified,
  })

  return {
    async stat(path) {
      const entry = entries.get(normalize(path))
      return entry && describe(path, entry)
    },

    async list(folder) {
      const key = normalize(folder)
      const entry = entries.get(key)
      if (entry === undefined) throw failure('list', folder, 'it does not exist. Check the path.')
      if (entry.content) throw failure('list', folder, 'it is a file, not a folder.')
      return keysIn(key)
        .filter((inside) => folderOf(inside) === key)
        .map((inside) => describe(joinPath(folder, baseName(inside)), entries.get(inside)!))
        .sort((a, b) => (a.path < b.path ? -1 : 1))
    },

    async read(path) {
      return contentOf(path).slice()
    },

    async readRange(path, start, end) {
      const content = contentOf(path)
      if (!(start >= 0 && start <= end && end <= content.length)) {
        const range = `bytes ${start} to ${end} of ${path}`
        throw failure('read', range, `it has ${content.length} bytes. It may be truncated.`)
      }
      return content.slice(start, end)
    },

    async sha256(path) {
      const digest = await crypto.subtle.digest('SHA-256', contentOf(path))
      return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join(
        '',
      )
    },

    async readText(path) {
      try {
        return new TextDecoder('utf-8', { fatal: true }).decode(contentOf(path))
      } catch (cause) {
        if (cause instanceof StorageError) throw cause
        throw new StorageError(`${path} is not UTF-8 text. Save it in that encoding.`, { cause })
      }
    },

    async write(path, content) {
      put(path, copyOf(content))
    },

    async writeChunks(path, chunks) {
      const copies: Uint8Array[] = []
      for await (const chunk of chunks) copies.push(chunk.slice())
      put(path, concatenate(copies))
    },

    async append(path, content) {
      const existing = entries.has(normalize(path)) ? contentOf(path) : new Uint8Array()
      put(path, concatenate([existing, copyOf(content)]))
    },

    async createFolder(path) {
      createFolder(path)
    },

    async rename(from, to) {
      const [source, target] = [normalize(from), normalize(to)]
      const moved = entries.get(source)
      if (moved === undefined) throw failure('rename', from, 'it does not exist. Check the path.')
      if (source === target) return
      if (!isFolderAt(folderOf(target))) {
        throw failure('rename', `${from} to ${to}`, 'that folder does not exist. Create it first.')
      }
      const replaced = entries.get(target)
      const isReplaceable = moved.content
        ? replaced?.content !== undefined
        : replaced?.content === undefined && keysIn(target).length === 0
      if (replaced && !isReplaceable) {
        const found = 'something is there already. Remove it or choose another name.'
        throw failure('rename', `${from} to ${to}`, found)
      }
      if (target.startsWith(`${source}/`)) {
        throw failure('rename', `${from} to ${to}`, 'a folder cannot be moved into itself.')
      }
      for (const key of [source, ...keysIn(source)]) {
        entries.set(target + key.slice(source.length), entries.get(key)!)
        entries.delete(key)
      }
    },

    async remove(path) {
      const key = normalize(path)
      for (const inside of keysIn(key)) entries.delete(inside)
      if (key !== '') entries.delete(key)
    },

    async syncFolder(path) {
      if (!isFolderAt(normalize(path))) {
        throw failure('flush', path, 'no such folder exists. Check the path.')
      }
    },
  }
}

const isFolder = 'it is a folder, not a file. Name a file inside it.'

const failure = (verb: string, path: string, explanation: string): StorageError =>
  new StorageError(`cannot ${verb} ${path}: ${explanation}`)

/** A path without '.', '..' and needless slashes: `/a/./b/` and `a/b` are the same. */
const normalize = (path: string): string => partsOf(path).join('/')

const partsOf = (path: string): string[] => {
  const parts: string[] = []
  for (const part of path.split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '' && part !== '.') parts.push(part)
  }
  return parts
}

const folderOf = (key: string): string => key.slice(0, Math.max(0, key.lastIndexOf('/')))

const copyOf = (content: Uint8Array | string): Uint8Array<ArrayBuffer> =>
  new Uint8Array(typeof content === 'string' ? new TextEncoder().encode(content) : content)

const concatenate = (parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> => {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0))
  let offset = 0
  for (const part of parts) {
    whole.set(part, offset)
    offset += part.length
  }
  return whole
}
