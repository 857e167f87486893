/** The time that one picture takes, guidance included, with the model of the repository. */

import { existsSync } from 'node:fs'
import { createNodePlatform, openTextImageModel, type RuntimeOptions } from 'tesserae'
import { median, timed } from './measure.js'

export const benchPicture = async (options: RuntimeOptions, model = 'pretrained/emoji') => {
  if (!existsSync(model)) throw new Error(`${model}: no such folder; name one by --model`)
  const { files, createRuntime } = createNodePlatform()
  const runtime = createRuntime(options)
  const loading = performance.now()
  const opened = await openTextImageModel(files, runtime, model)
  const loadSeconds = (performance.now() - loading) / 1000
  const request = { phrase: 'a red apple' }
  // The first picture also compiles the programs.
  const firstSeconds = await timed(() => opened.draw([request]))
  const seconds: number[] = []
  for (let seed = 1; seed <= 9; seed++) {
    seconds.push(await timed(() => opened.draw([{ ...request, seed }])))
  }
  const { rows, columns } = opened.image
  await opened.close()
  await runtime.close()
  return { seconds: median(seconds), firstSeconds, loadSeconds, codes: rows * columns }
}
