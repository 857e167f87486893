/** What a run needs of the world: the consumer's side of the platform. */

import type { Media } from '../../data/media/media.js'
import type { Runtime } from '../../engine/runtime/runtime.js'
import type { Files } from '../../storage/files.js'
import type { RunReporter } from '../../training/run.js'

/** Longer works around the training itself, with how far they have come. */
export type Progress = (work: string, done: number, total?: number) => void

export interface RunEnvironment {
  readonly files: Files
  readonly media: Media
  readonly runtime: Runtime
  packageFolder(name: string): Promise<string | undefined>
  /** The folder that holds a folder for each data set that recipes may name. */
  readonly dataFolder: string
  /** Where prepared data is kept between runs. */
  readonly cacheFolder: string
  /** Of Tesserae, of ONNX Runtime and of what both run on, for the record. */
  readonly versions: Readonly<Record<string, string>>
  /** Watches the run; it is recorded in its folder in any case. */
  readonly observer: RunReporter
  readonly onProgress: Progress
  /** Milliseconds since 1970. */
  now(): number
  /** Stops the run in good order, also while it prepares. */
  readonly signal?: AbortSignal
}
