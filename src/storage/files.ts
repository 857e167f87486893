/**
 * The file system as the portable folders see it: one interface, implemented by each platform.
 * Paths use forward slashes. Every method throws StorageError with the path in its message, and
 * bytes that are read have a buffer of their own, which they fill.
 */

/** What a path leads to. */
export interface FileEntry {
  readonly path: string
  readonly kind: 'file' | 'folder'
  /** Bytes; 0 for a folder. */
  readonly size: number
  /** Milliseconds since 1970 of the last change. */
  readonly modified: number
}

export interface Files {
  /** The same files without those that are there to be read alone: what stands where one may write. */
  readonly own?: Files
  /** What is at a path, or undefined where nothing is. */
  stat(path: string): Promise<FileEntry | undefined>
  /** The entries of a folder, sorted by path; paths start with `folder`. */
  list(folder: string): Promise<FileEntry[]>
  /** A whole file. */
  read(path: string): Promise<Uint8Array<ArrayBuffer>>
  /** Bytes `start` up to but not including `end`; throws when the file is shorter. */
  readRange(path: string, start: number, end: number): Promise<Uint8Array<ArrayBuffer>>
  /** The SHA-256 of a file in lower-case hexadecimal, computed piece by piece. */
  sha256(path: string): Promise<string>
  /** A whole file as UTF-8; throws on bytes that are not UTF-8. */
  readText(path: string): Promise<string>
  /**
   * Creates or replaces a file and flushes it to the disk; creates missing parent folders. At any
   * moment, also after a crash, the path holds the old content or the new one, never a part.
   */
  write(path: string, content: Uint8Array | string): Promise<void>
  /** `write` of chunks, one after another, so that a large file never is in memory as a whole. */
  writeChunks(path: string, chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): Promise<void>
  /** Adds to the end of a file, created with its parent folders where missing; not flushed. */
  append(path: string, content: Uint8Array | string): Promise<void>
  /** Creates a folder and its missing parents; an existing folder is left as it is. */
  createFolder(path: string): Promise<void>
  /** Moves a file or folder in one step; a file at `to` is replaced by a file, a folder is not. */
  rename(from: string, to: string): Promise<void>
  /** Removes a file or a folder with everything in it; nothing happens where nothing is. */
  remove(path: string): Promise<void>
  /** Flushes a folder's entries to the disk, so that a rename inside it survives a power cut. */
  syncFolder(path: string): Promise<void>
}

/** Joins parts with single slashes. */
export const joinPath = (...parts: string[]): string =>
  parts
    .filter((part) => part !== '')
    .join('/')
    .replace(/\/{2,}/g, '/')

/** The last part of a path. */
export const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

/** Whether a file or folder is hidden, as programs leave some beside a user's own: `.DS_Store`. */
export const isHidden = (path: string): boolean => baseName(path).startsWith('.')

/** A path without its last part; '.' where there is only one. */
export const parentFolder = (path: string): string => {
  const end = path.lastIndexOf('/')
  return end < 0 ? '.' : end === 0 ? '/' : path.slice(0, end)
}
