/** The files of a clip: one that holds all frames, or a folder of numbered ones. */

import type { Files } from '../storage/files.js'
import type { EncodedPicture } from './example.js'
import { hasPictureName, maximumFrames } from './media.js'

/** Frames are numbered: 2.png comes before 10.png. */
const byNumber = new Intl.Collator('en', { numeric: true })

/** What is wrong with a clip that is not there as it should be. */
export interface MissingFrames {
  readonly fault: 'missing' | 'empty' | 'long'
  /** How many frames there are. */
  readonly frames: number
}

/** The files of the clip at a path, or what is wrong with it. */
export const readFrameFiles = async (
  path: string,
  files: Files,
): Promise<EncodedPicture[] | MissingFrames> => {
  const entry = await files.stat(path)
  if (entry === undefined) return { fault: 'missing', frames: 0 }
  const read = async (name: string) => ({ name, bytes: await files.read(name) })
  if (entry.kind === 'file') return [await read(path)]
  const frames = (await files.list(path))
    .filter(({ kind, path: frame }) => kind === 'file' && hasPictureName(frame))
    .map(({ path: frame }) => frame)
    .sort(byNumber.compare)
  if (frames.length === 0) return { fault: 'empty', frames: 0 }
  if (frames.length > maximumFrames) return { fault: 'long', frames: frames.length }
  return Promise.all(frames.map(read))
}
