/**
 * A file of records of equal size, read by their numbers: from memory where the file is small, else
 * each from the disk. What the bytes mean is left to the caller.
 */

import type { Files } from './files.js'

/**
 * Bytes; a larger file stays on the disk. A computer with 8 GB has room for so much beside a model,
 * and 87,000 pictures of 64 x 64 pixels fit in.
 */
const largestInMemory = 2 ** 30

/** Records that are read from the disk at a time: each holds a file open, and those are limited. */
const readAtOnce = 16

export interface RecordFileOptions {
  readonly recordBytes: number
  /** Records in the file. */
  readonly count: number
  /** Bytes of the largest file that is read into memory; 1 GiB by default. */
  readonly memoryLimit?: number | undefined
}

/** Reads a record. Its bytes may be shared with other readers, so they are not to be changed. */
export type ReadRecord = (index: number) => Promise<Uint8Array<ArrayBuffer>>

/** Opens a file that is known to be whole; nothing is read before the first record is wanted. */
export const openRecordFile = (
  files: Files,
  path: string,
  { recordBytes, count, memoryLimit = largestInMemory }: RecordFileOptions,
): ReadRecord =>
  recordBytes * count <= memoryLimit
    ? readFromMemory(files, path, recordBytes)
    : readFromDisk(files, path, recordBytes)

const readFromMemory = (files: Files, path: string, recordBytes: number): ReadRecord => {
  let loading: Promise<Uint8Array<ArrayBuffer>> | undefined
  return async (index) => {
    loading ??= files.read(path)
    return (await loading).subarray(index * recordBytes, (index + 1) * recordBytes)
  }
}

const readFromDisk = (files: Files, path: string, recordBytes: number): ReadRecord => {
  // Each record waits for the one before it in its lane.
  const lanes = Array.from({ length: readAtOnce }, (): Promise<unknown> => Promise.resolve())
  let asked = 0
  return (index) => {
    const lane = asked++ % readAtOnce
    const reading = lanes[lane]!.then(() =>
      files.readRange(path, index * recordBytes, (index + 1) * recordBytes),
    )
    // A failure is thrown to whoever asked for the record; the next one is read all the same.
    lanes[lane] = reading.catch(() => {})
    return reading
  }
}
