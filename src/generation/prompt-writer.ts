/** A model that writes after a prompt, whatever it was trained to write: how a text goes on, a target. */

import { orClose } from '../engine/runtime/or-close.js'
import type { Runtime } from '../engine/runtime/runtime.js'
import { DataError } from '../errors.js'
import type { Files } from '../storage/files.js'
import { readTask } from '../storage/model-folder.js'
import { unknownCharactersOf } from '../tokenizers/text/index.js'
import { type OpenModelOptions, openModel } from './adapter/open-model.js'
import { checkContinues } from './text/check-continues.js'
import { createStoredTextModel } from './text/model-folder.js'
import type { TextModel } from './text/text-model.js'
import type { WriteOptions, WrittenPiece } from './text/writer.js'
import { createStoredPairModel } from './text-pairs/model-folder.js'
import type { PairModel } from './text-pairs/pair-model.js'

/** A prompt as a model has read it. */
export interface ReadPrompt {
  /** What of it the model does not see, in words. */
  readonly notice?: string
  write(options?: WriteOptions): AsyncGenerator<WrittenPiece>
}

export interface PromptWriter {
  /**
   * Reads a prompt. For a model of questions it is a question, a line break and a passage. `to`
   * names the language that is wanted, for models that write several. Throws DataError.
   */
  read(prompt: string, options?: { readonly to?: string | undefined }): ReadPrompt
  close(): Promise<void>
}

/** What is said of characters that the model never read. */
const unknownIn = (prompt: string, { text }: Pick<TextModel, 'text'>): string | undefined => {
  const unknown = unknownCharactersOf(prompt, text).map((character) => JSON.stringify(character))
  if (unknown.length === 0) return undefined
  const others = unknown.length > 10 ? ` and ${unknown.length - 10} others` : ''
  return `the model never read ${unknown.slice(0, 10).join(', ')}${others}; it sees unknown characters there`
}

const noticeOf = (...found: readonly (string | undefined)[]): Pick<ReadPrompt, 'notice'> => {
  const notice = found.filter((one) => one !== undefined).join('\n')
  return notice === '' ? {} : { notice }
}

const afterTexts = (model: TextModel, path: string): PromptWriter => {
  checkContinues(model.config, path)
  return {
    read(prompt, { to } = {}) {
      if (to !== undefined) {
        throw new DataError(
          `the language: the model goes on from texts as they are; leave out ${to}`,
        )
      }
      const ids = model.promptOf(prompt)
      return {
        ...noticeOf(unknownIn(prompt, model)),
        write: (options) => model.write(ids, options),
      }
    },
    close: () => model.close(),
  }
}

const afterSources = (model: PairModel): PromptWriter => ({
  read(prompt, { to } = {}) {
    const { content, sourceLength } = model.config
    const unknown = unknownIn(prompt, model)
    if (content === 'questions') {
      return { ...noticeOf(unknown), write: (options) => answer(model, prompt, options) }
    }
    const { ids, isCut } = model.sourceOf(prompt, to)
    const cut = `the text is longer than ${sourceLength} tokens; its end is left out`
    return {
      ...noticeOf(unknown, isCut ? cut : undefined),
      write: (options) => model.write(ids, options),
    }
  },
  close: () => model.close(),
})

/** The best answer of all windows of a passage, as one piece. */
async function* answer(
  model: PairModel,
  prompt: string,
  options: WriteOptions = {},
): AsyncGenerator<WrittenPiece> {
  const [question = '', ...passage] = prompt.trim().split('\n')
  const { text, score } = await model.answer(question, passage.join('\n'), options)
  yield { text, ids: model.text.encode(text), finish: 'stop', score: Math.log(score) }
}

/**
 * Opens a model of either kind, also one that an adapter makes of its base. Throws StorageError on
 * anything missing or damaged, and DataError for a model that only fills gaps.
 */
export const openPromptWriter = async (
  files: Files,
  runtime: Runtime,
  path: string,
  options: OpenModelOptions = {},
): Promise<PromptWriter> => {
  const folder = await openModel(files, path, options)
  const task = await readTask(folder)
  if (task === 'text-pairs') return afterSources(await createStoredPairModel(runtime, folder))
  const model = await createStoredTextModel(runtime, folder)
  return orClose(model, () => afterTexts(model, path))
}
