/** The files of a clip: one that holds all frames, or a folder of numbered ones. */

import { type FileEntry, type Files, isHidden } from '../../storage/files.js'
import type { EncodedPicture } from '../example.js'
import {
  hasFilmName,
  hasPictureName,
  maximumFilmBytes,
  maximumFrames,
  maximumPictureBytes,
} from './media.js'

/** Frames are numbered: 2.png comes before 10.png. */
const byNumber = new Intl.Collator('en', { numeric: true })

/** What is wrong with a clip that is not there as it should be. */
export interface MissingFrames {
  readonly fault: 'missing' | 'empty' | 'long' | 'large'
  /** How many frames there are. */
  readonly frames: number
}

const inMebibytes = (count: number): string => `${count / 2 ** 20} MiB`

/** What files may have, in words. */
export const sizeLimits = `pictures have ${inMebibytes(maximumPictureBytes)} at most, films and all frames of a folder together ${inMebibytes(maximumFilmBytes)}`

/** Films have more bytes than pictures. */
const isLarge = ({ path, size }: FileEntry): boolean =>
  size > (hasFilmName(path) ? maximumFilmBytes : maximumPictureBytes)

/** Hidden files, such as those that macOS leaves beside others, are no frames. */
const isFrameName = (path: string): boolean => hasPictureName(path) && !isHidden(path)

/** The files of the clip at a path, or what is wrong with it, told before anything is read. */
export const readFrameFiles = async (
  path: string,
  files: Files,
): Promise<EncodedPicture[] | MissingFrames> => {
  const entry = await files.stat(path)
  if (entry === undefined) return { fault: 'missing', frames: 0 }
  const frames =
    entry.kind === 'file'
      ? [{ ...entry, path }]
      : (await files.list(path))
          .filter(({ kind, path: frame }) => kind === 'file' && isFrameName(frame))
          .sort((one, other) => byNumber.compare(one.path, other.path))
  if (frames.length === 0) return { fault: 'empty', frames: 0 }
  if (frames.length > maximumFrames) return { fault: 'long', frames: frames.length }
  const bytes = frames.reduce((sum, { size }) => sum + size, 0)
  if (frames.some(isLarge) || bytes > maximumFilmBytes) {
    return { fault: 'large', frames: frames.length }
  }
  return Promise.all(
    frames.map(async ({ path: name }) => ({ name, bytes: await files.read(name) })),
  )
}
