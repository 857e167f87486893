/** Failures of Node's file system as StorageErrors that say what happened and what to do. */

import { StorageError } from '../../errors.js'

const explanations: Readonly<Record<string, string>> = {
  ENOENT: 'it does not exist. Check the path.',
  ENOTDIR: 'a part of the path is a file, not a folder. Check the path.',
  EISDIR: 'it is a folder, not a file. Name a file inside it.',
  ERR_FS_EISDIR: 'it is a folder, not a file. Name a file inside it.',
  EEXIST: 'a file of that name is there already. Remove it or choose another name.',
  ENOTEMPTY: 'a folder with content is there already. Remove it or choose another name.',
  EACCES: 'permission is denied. Check the owner and mode of the file and of its folder.',
  EPERM: 'the system does not permit it. Check the owner of the file and who else has it open.',
  EROFS: 'the disk is mounted read-only. Choose another folder.',
  ENOSPC: 'the disk is full. Free some space or choose another disk.',
  EDQUOT: 'the disk quota is used up. Free some space or choose another disk.',
  EFBIG: 'the file is larger than the system allows. Choose another disk or raise the limit.',
  ENAMETOOLONG: 'the name is too long. Choose a shorter one.',
  ELOOP: 'its symbolic links lead in a circle. Correct the links.',
  EXDEV: 'the two places are on different disks. Choose both on one disk.',
  EBUSY: 'another program is using it. Close that program and try again.',
  ETXTBSY: 'another program is using it. Close that program and try again.',
  EMFILE: 'too many files are open. Raise the limit (ulimit -n) or do less at a time.',
  ENFILE: 'the system has too many open files. Close other programs and try again.',
  EIO: 'the disk reports an error. Check the disk and restore the file from a copy.',
  ERR_INVALID_ARG_VALUE: 'the path is not a legal one. Remove the null character from it.',
}

/**
 * Runs an action; what the system refuses becomes a StorageError that starts with
 * "cannot {verb} {path}". Other errors, such as those of whoever supplies the content, pass.
 */
export const during = async <Result>(
  verb: string,
  path: string,
  action: () => Promise<Result>,
): Promise<Result> => {
  try {
    return await action()
  } catch (error) {
    if (isMemoryError(error)) {
      throw new StorageError(
        `cannot ${verb} ${path}: it does not fit into memory. Close other programs or read less.`,
        { cause: error },
      )
    }
    const code = codeOf(error)
    if (code === undefined) throw error
    // What has a code is an error.
    const explanation = explanations[code] ?? `the system says ${(error as Error).message}.`
    throw new StorageError(`cannot ${verb} ${path}: ${explanation}`, { cause: error })
  }
}

export const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined

const isMemoryError = (error: unknown): boolean =>
  error instanceof RangeError && /allocation failed|array length|buffer length/i.test(error.message)
