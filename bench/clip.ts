/** The time that one clip of all frames takes, guidance included, with the model of the repository. */

import { existsSync } from 'node:fs'
import { createNodePlatform, openTextImageModel, type RuntimeOptions } from 'tesserae'
import { median, timed } from './measure.js'

export const benchClip = async (options: RuntimeOptions, model = 'pretrained/sprites') => {
  if (!existsSync(model)) throw new Error(`${model}: no such folder; name one by --model`)
  const { files, createRuntime } = createNodePlatform()
  const runtime = createRuntime(options)
  const loading = performance.now()
  const opened = await openTextImageModel(files, runtime, model)
  const loadSeconds = (performance.now() - loading) / 1000
  const request = { phrase: 'a woman with red hair and a teal shirt walks to the right' }
  // The first clip also compiles the programs.
  const firstSeconds = await timed(() => opened.draw([request]))
  const seconds: number[] = []
  for (let seed = 1; seed <= 5; seed++) {
    seconds.push(await timed(() => opened.draw([{ ...request, seed }])))
  }
  const { frames } = opened.config.layout
  const codes = opened.image.codesOf(frames)
  await opened.close()
  await runtime.close()
  return { seconds: median(seconds), firstSeconds, loadSeconds, frames, codes }
}
