/** Measures a model folder on the data that its own recipe names. */

import { DataError } from '../../errors.js'
import { openTextImageModel } from '../../generation/text-image/model-folder.js'
import { joinPath } from '../../storage/files.js'
import { openModelFolder } from '../../storage/model-folder.js'
import { parseRecipe } from '../parse-recipe.js'
import type { RunEnvironment } from '../run/environment.js'
import { type DataEnvironment, prepareData } from '../run/prepare-data.js'
import { trainClassJudge } from './class-judge.js'
import { classesOf, classReader, evaluateClasses } from './classes.js'
import { evaluateLanguageModel } from './language-model.js'
import type { Measures } from './measures.js'
import { evaluateTextClassification } from './text-classification.js'
import { evaluateTextImage } from './text-image.js'

/** Examples of each part, and drawings of all classes together. */
const examplesOfPart = 200
const drawingsOfClasses = 500

/**
 * All measures of a model, and of another one beside it where its task compares models. Throws
 * DataError when its data is not at hand.
 */
export const evaluateModel = async (
  path: string,
  environment: DataEnvironment & Pick<RunEnvironment, 'runtime'>,
  { against }: { readonly against?: string } = {},
): Promise<Measures> => {
  const { files, runtime, onProgress } = environment
  const folder = await openModelFolder(files, path)
  const recipe = parseRecipe(await folder.text('recipe.yaml'), {
    name: joinPath(path, 'recipe.yaml'),
  })
  const other = against === undefined ? {} : { against }
  if (recipe.task === 'text-classification') {
    return evaluateTextClassification({ path, recipe, environment, ...other })
  }
  if (recipe.task === 'language-model') {
    return evaluateLanguageModel({ path, recipe, environment, ...other })
  }
  if (against !== undefined) {
    throw new DataError(
      `${path}: only language models and models that sort texts are compared with others so far`,
    )
  }
  if (recipe.task !== 'text-image') {
    throw new DataError(
      `${path}: it was trained for the task ${recipe.task}; only language models, models of words and pictures and those that sort texts are measured so far`,
    )
  }
  const model = await openTextImageModel(files, runtime, path)
  try {
    const data = await prepareData(recipe.data, { size: model.image.size }, environment)
    const { cache } = data
    const options = {
      model,
      data,
      seed: recipe.seed,
      languages: recipe.data.languages,
      onProgress,
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
