/** The time that one picture, or a clip, takes, guidance included, with a model of the repository. */

import { existsSync } from 'node:fs'
import { createNodePlatform, openTextImageModel, type RuntimeOptions } from 'tesserae'
import { median, timed } from './measure.js'

export interface DrawingBench {
  readonly model: string
  readonly phrase: string
  /** How many drawings are timed, after the first one. */
  readonly drawings: number
}

/** `codes` are those of a drawing, of all frames together. */
export const benchDrawing = async (
  options: RuntimeOptions,
  { model, phrase, drawings }: DrawingBench,
) => {
  if (!existsSync(model)) throw new Error(`${model}: no such folder; name one by --model`)
  const { files, createRuntime } = createNodePlatform()
  const runtime = createRuntime(options)
  const loading = performance.now()
  const opened = await openTextImageModel(files, runtime, model)
  const loadSeconds = (performance.now() - loading) / 1000
  // The first drawing also compiles the programs.
  const firstSeconds = await timed(() => opened.draw([{ phrase }]))
  const seconds: number[] = []
  for (let seed = 1; seed <= drawings; seed++) {
    seconds.push(await timed(() => opened.draw([{ phrase, seed }])))
  }
  const { frames } = opened.config.layout
  const codes = opened.image.codesOf(frames)
  await opened.close()
  await runtime.close()
  return { seconds: median(seconds), firstSeconds, loadSeconds, frames, codes }
}
