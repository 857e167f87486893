/** The portable public interface; `node.ts` binds it to a platform. */

import { orClose } from './engine/runtime/or-close.js'
import type { RuntimeOptions } from './engine/runtime/runtime.js'
import { whileOpen } from './engine/runtime/while-open.js'
import type { OpenModelOptions } from './generation/adapter/open-model.js'
import { createPipeline, type Pipelines, type PipelineTask } from './generation/pipelines/index.js'
import { withoutGaps } from './generation/without-gaps.js'
import type { Platform } from './platform/platform.js'

export type { RuntimeOptions } from './engine/runtime/runtime.js'
export * from './errors.js'
export * from './generation/index.js'
export type { Platform } from './platform/platform.js'

export interface Tesserae {
  readonly platform: Platform
  /**
   * Opens a model folder for a task. Throws StorageError when it is missing, damaged or of another
   * kind. `dispose` on the pipeline releases all that it holds, however often it is called.
   */
  pipeline<Task extends PipelineTask>(
    task: Task,
    model: string,
    options?: RuntimeOptions & OpenModelOptions,
  ): Promise<Pipelines[Task]>
}

/** Tesserae on a platform. */
export const createTesserae = (platform: Platform): Tesserae => ({
  platform,
  async pipeline(task, model, { base, ...options } = {}) {
    const runtime = platform.createRuntime(options)
    return orClose(runtime, async () => {
      const environment = { ...platform, runtime }
      const pipeline = await createPipeline(task, model, environment, withoutGaps({ base }))
      const release = pipeline.dispose
      let disposal: Promise<void> | undefined
      return Object.assign(pipeline, {
        dispose: () => {
          disposal ??= whileOpen(runtime, release)
          return disposal
        },
      })
    })
  },
})
