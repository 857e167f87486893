/** What a run needs of the world: the consumer's side of the platform. */

import type { Media } from '../../data/media.js'
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
  /** Where prepared data is kept between runs. */
  readonly cacheFolder: string
  readonly reporter: RunReporter
  readonly onProgress: Progress
  /** Stops the run in good order. */
  readonly signal?: AbortSignal
}
