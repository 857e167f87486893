/** The portable public interface; `node.ts` binds it to a platform. */

import type { RuntimeOptions } from './engine/runtime/runtime.js'
import { createPipeline, type Pipelines, type PipelineTask } from './generation/pipelines/index.js'
import type { Platform } from './platform/platform.js'

export type { RuntimeOptions } from './engine/runtime/runtime.js'
export * from './errors.js'
export * from './generation/index.js'
export type { Platform } from './platform/platform.js'

export interface Tesserae {
  readonly platform: Platform
  /**
   * Opens a model folder for a task. Throws StorageError when it is missing, damaged or of another
   * kind. `dispose` on the pipeline releases all that it holds.
   */
  pipeline<Task extends PipelineTask>(
    task: Task,
    model: string,
    options?: RuntimeOptions,
  ): Promise<Pipelines[Task]>
}

/** Tesserae on a platform. */
export const createTesserae = (platform: Platform): Tesserae => ({
  platform,
  async pipeline(task, model, options) {
    const runtime = platform.createRuntime(options)
    try {
      const pipeline = await createPipeline(task, model, { ...platform, runtime })
      const release = pipeline.dispose
      return Object.assign(pipeline, {
        dispose: async () => {
          await release()
          await runtime.close()
        },
      })
    } catch (error) {
      await runtime.close()
      throw error
    }
  },
})
