/** File systems that fail on purpose, for tests of what survives. */

import { StorageError } from '../../src/errors.js'
import type { Files } from '../../src/storage/files.js'

/** What `killedAfter` throws in place of the silence of a dead process. */
export class Killed extends Error {}

/**
 * The view of a process that is killed after some changes: the next change is left half done where
 * it is not one step on a real disk, and no call does anything after it.
 */
export const killedAfter = (files: Files, changes: number): Files => {
  let left = changes
  const read =
    <Input extends unknown[], Output>(call: (...input: Input) => Promise<Output>) =>
    async (...input: Input): Promise<Output> => {
      if (left < 0) throw new Killed()
      return call(...input)
    }
  const change =
    <Input extends unknown[]>(
      call: (...input: Input) => Promise<void>,
      halfWay: (...input: Input) => Promise<void> = async () => {},
    ) =>
    async (...input: Input): Promise<void> => {
      if (left-- > 0) return call(...input)
      if (left === -1) await halfWay(...input)
      throw new Killed()
    }
  return {
    stat: read(files.stat),
    list: read(files.list),
    read: read(files.read),
    readRange: read(files.readRange),
    readText: read(files.readText),
    sha256: read(files.sha256),
    write: change(files.write, (path) => files.write(`${path}.1-0.partial`, 'half')),
    writeChunks: change(files.writeChunks, (path) => files.write(`${path}.1-0.partial`, 'half')),
    append: change(files.append),
    createFolder: change(files.createFolder),
    rename: change(files.rename),
    remove: change(files.remove, async (path) => {
      const entry = await files.stat(path)
      const [first] = entry?.kind === 'folder' ? await files.list(path) : []
      if (first) await files.remove(first.path)
    }),
    syncFolder: change(files.syncFolder),
  }
}

/** The view of a process whose disk is full after some writes; removing and renaming still work. */
export const fullAfter = (files: Files, writes: number): Files => {
  let left = writes
  const write =
    <Input extends [path: string, ...rest: unknown[]]>(call: (...input: Input) => Promise<void>) =>
    async (...input: Input): Promise<void> => {
      if (left-- <= 0) throw new StorageError(`cannot write ${input[0]}: the disk is full.`)
      return call(...input)
    }
  return {
    ...files,
    write: write(files.write),
    writeChunks: write(files.writeChunks),
    append: write(files.append),
    createFolder: write(files.createFolder),
  }
}
