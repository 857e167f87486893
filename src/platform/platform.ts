/**
 * All that differs between the runtimes that Tesserae runs on, as one interface. Each platform
 * folder implements it; everything else is portable.
 */

import type { Media } from '../data/media.js'
import type { Files } from '../storage/files.js'

export interface Platform {
  readonly files: Files
  readonly media: Media
  /** The folder of an installed npm package; undefined where it is not installed. */
  packageFolder(name: string): Promise<string | undefined>
}
