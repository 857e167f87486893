/** Measures a model folder on the data that its own recipe names. */

import { DataError } from '../../errors.js'
import { type OpenModelOptions, openModel } from '../../generation/adapter/open-model.js'
import { joinPath } from '../../storage/files.js'
import { parseRecipe } from '../parse-recipe.js'
import type { RunEnvironment } from '../run/environment.js'
import type { DataEnvironment } from '../run/pictures/prepare-data.js'
import { evaluateLanguageModel } from './language-model.js'
import type { Measures } from './measures.js'
import { evaluateImageTokenizer, evaluateTextImageModel } from './pictures/evaluate-pictures.js'
import { evaluateTextClassification } from './text-classification.js'
import { evaluateTextPairs } from './text-pairs/evaluate.js'

/** Tasks whose models are set beside others. */
const comparable: readonly string[] = ['language-model', 'text-classification', 'text-pairs']

export interface EvaluateModelOptions extends OpenModelOptions {
  /** The folder of another model to compare with. */
  readonly against?: string
}

/**
 * All measures of a model, and of another one beside it where its task compares models. Throws
 * DataError when its data is not at hand.
 */
export const evaluateModel = async (
  path: string,
  environment: DataEnvironment & Pick<RunEnvironment, 'runtime'>,
  { against, ...options }: EvaluateModelOptions = {},
): Promise<Measures> => {
  const folder = await openModel(environment.files, path, options)
  const recipe = parseRecipe(await folder.text('recipe.yaml'), {
    name: joinPath(path, 'recipe.yaml'),
  })
  if (against !== undefined && !comparable.includes(recipe.task)) {
    throw new DataError(
      `${path}: only models of texts are compared with others; leave out the option against`,
    )
  }
  // A folder that is not there is told before anything is measured.
  const other =
    against === undefined ? {} : { against: await openModel(environment.files, against) }
  switch (recipe.task) {
    case 'image-tokenizer':
      return evaluateImageTokenizer({ folder, recipe, environment })
    case 'text-image':
      return evaluateTextImageModel({ folder, recipe, environment })
    case 'language-model':
      return evaluateLanguageModel({ folder, ...other, recipe, environment })
    case 'text-pairs':
      return evaluateTextPairs({ folder, ...other, recipe, environment })
    case 'text-classification':
      return evaluateTextClassification({ folder, ...other, recipe, environment })
  }
}
