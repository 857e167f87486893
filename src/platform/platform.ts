/**
 * All that differs between the runtimes that Tesserae runs on, as one interface. Each platform
 * folder implements it; everything else is portable.
 */

import type { Media } from '../data/media/media.js'
import type { Runtime, RuntimeOptions } from '../engine/runtime/runtime.js'
import type { Files } from '../storage/files.js'

export interface Platform {
  /** Of Tesserae, of ONNX Runtime, and of what both run on by its own name. */
  readonly versions: {
    readonly tesserae: string
    readonly onnxruntime: string
    readonly [name: string]: string
  }
  readonly files: Files
  readonly media: Media
  /** Starts a runtime; throws RuntimeError later, when a program is created, if it lacks the device. */
  createRuntime(options?: RuntimeOptions): Runtime
  /** The folder of an installed npm package; undefined where it is not installed. */
  packageFolder(name: string): Promise<string | undefined>
}
