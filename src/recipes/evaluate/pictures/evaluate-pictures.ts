/** Opens models of pictures and the data of their recipes, and measures the ones on the others. */

import { openTextImageModel } from '../../../generation/text-image/model-folder.js'
import type { ModelFolder } from '../../../storage/model-folder.js'
import { readImageTokenizer } from '../../../tokenizers/image/model-folder.js'
import type { RunEnvironment } from '../../run/environment.js'
import { type DataEnvironment, prepareData } from '../../run/pictures/prepare-data.js'
import type { ImageTokenizerRecipe } from '../../tasks/image-tokenizer.js'
import type { TextImageRecipe } from '../../tasks/text-image.js'
import { evaluateClipTokenizer } from '../clips/evaluate-clip-tokenizer.js'
import { evaluateClips } from '../clips/evaluate-clips.js'
import type { Measures } from '../measures.js'
import { trainClassJudge } from './class-judge.js'
import { classesOf, classReader, evaluateClasses } from './classes.js'
import { evaluateTextImage } from './text-image.js'
import { measurePictures } from './tokenizer.js'

/** Examples of each part, and drawings of all classes together. */
const examplesOfPart = 200
const drawingsOfClasses = 500
/** A tokenizer is fast, and has many codes to use. */
const clipsOfTokenizer = 256

export interface EvaluatePicturesOptions<Recipe> {
  readonly folder: ModelFolder
  readonly recipe: Recipe
  readonly environment: DataEnvironment & Pick<RunEnvironment, 'runtime'>
}

export const evaluateImageTokenizer = async ({
  folder,
  recipe: { data, size, frames, seed },
  environment,
}: EvaluatePicturesOptions<ImageTokenizerRecipe>): Promise<Measures> => {
  const { tokenizer } = await readImageTokenizer(environment.runtime, folder)
  try {
    const prepared = await prepareData(data, { size, frames }, environment)
    if (frames > 1) {
      const questions = prepared.cache.questions?.(data.languages.slice(0, 1)) ?? []
      return await evaluateClipTokenizer({
        ...environment,
        ...{ tokenizer, data: prepared, questions, seed, count: clipsOfTokenizer },
      })
    }
    const { measures } = await measurePictures(tokenizer, prepared, { seed })
    return { tokenizer: measures }
  } finally {
    await tokenizer.close()
  }
}

export const evaluateTextImageModel = async ({
  folder,
  recipe,
  environment,
}: EvaluatePicturesOptions<TextImageRecipe>): Promise<Measures> => {
  const { files, runtime, onProgress } = environment
  const model = await openTextImageModel(files, runtime, folder.path)
  try {
    const { frames } = model.config.layout
    const data = await prepareData(recipe.data, { size: model.image.size, frames }, environment)
    const { cache } = data
    const options = {
      model,
      data,
      seed: recipe.seed,
      languages: recipe.data.languages,
      onProgress,
    }
    if (frames > 1) {
      const isTaughtToDraw = recipe.objective.directions.textToImage > 0
      return await evaluateClips({
        ...{ ...options, runtime, isTaughtToDraw },
        ...{ count: examplesOfPart, tokenizerCount: clipsOfTokenizer },
      })
    }
    const classes = classesOf(cache)
    if (classes === undefined) {
      return await evaluateTextImage({ ...options, count: examplesOfPart })
    }
    const read = classReader(classes, cache)
    const judge = await trainClassJudge({
      runtime,
      size: cache.size,
      classes: classes.length,
      seed: recipe.seed,
      examples: data.split.train.length,
      example: (place) => read(data.split.train[place]!),
      onProgress: (done, total) => onProgress('classifier', done, total),
    })
    try {
      return await evaluateClasses(classes, { ...options, judge, count: drawingsOfClasses })
    } finally {
      await judge.close()
    }
  } finally {
    await model.close()
  }
}
