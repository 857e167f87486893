/** What the run of a model that classifies texts starts from: its tokenizer, its configuration, its weights. */

import type { NumberColumn } from '../../../data/text/number-columns.js'
import type { Tensors } from '../../../engine/runtime/runtime.js'
import { RecipeError } from '../../../errors.js'
import { endsOf, type LanguageConfig } from '../../../generation/text/config.js'
import { readLanguageModel } from '../../../generation/text/model-folder.js'
import { firstColumnId, marksOf } from '../../../generation/text-classification/classifier-input.js'
import {
  type TextClassificationConfig,
  textClassificationSchema,
  textClassifierOf,
} from '../../../generation/text-classification/config.js'
import { labelIdsOf } from '../../../generation/text-classification/label-tokens.js'
import { usualFeatures } from '../../../generation/text-classification/linear-classifier.js'
import { readTextClassification } from '../../../generation/text-classification/model-folder.js'
import { listParameters } from '../../../network/parameters.js'
import { joinPath } from '../../../storage/files.js'
import { readTask } from '../../../storage/model-folder.js'
import type { TextTokenizer } from '../../../tokenizers/text/index.js'
import type { TextClassificationRecipe } from '../../tasks/text-classification.js'
import { openStart } from '../adapter.js'
import type { RunEnvironment } from '../environment.js'
import { idOf, prepareTextTokenizer, textTokenizerName } from '../language/text-tokenizer.js'
import type { LabelledData } from './labelled-data.js'
/** What a run starts from. */
export interface ClassifierStart {
  readonly text: TextTokenizer
  readonly config: TextClassificationConfig
  /** Of a trained model to go on from. */
  readonly tensors?: Tensors
}

/** What the data and the recipe decide of a configuration, whatever its network. */
const dataConfig = (
  { model: { pooling, linear } }: TextClassificationRecipe,
  { labels, columns, training }: LabelledData,
) => {
  const texts = training.map(({ text }) => text)
  return {
    ...{ task: 'text-classification', labels, pooling },
    ...(columns === undefined ? {} : { columns }),
    ...(linear === 'none' ? {} : { linear: usualFeatures(texts, columns, linear.orders) }),
  }
}

/** The tokens of labels, where the model writes them. */
const labelTokensOf = (
  { model: { output } }: TextClassificationRecipe,
  { labels }: LabelledData,
  text: TextTokenizer,
  { tokens, prefixes }: Pick<LanguageConfig, 'tokens' | 'prefixes'>,
) => {
  if (output === 'head') return {}
  const [end = idOf('<eos>')] = endsOf({ tokens })
  return { labelTokens: { ids: labelIdsOf(labels, text, end), prefixes } }
}

/**
 * A trained model to start from. Of a language model the head is left out, of a classifier the
 * head too where it has other labels; what is missing is made anew.
 */
const readStart = async (
  path: string,
  recipe: TextClassificationRecipe,
  data: LabelledData,
  { files }: RunEnvironment,
): Promise<ClassifierStart> => {
  const folder = await openStart(path, recipe, files)
  const task = await readTask(folder)
  if (task !== 'language-model' && task !== 'text-classification') {
    throw new RecipeError(
      `${path}: expected a language model or a model that classifies texts to start from, found ${task}`,
    )
  }
  const { text, tensors, ...parts } =
    task === 'language-model'
      ? await readLanguageModel(folder)
      : await readTextClassification(folder)
  const found = parts.config
  const { network, tokens } = found
  const ownColumns = found.task === 'text-classification' ? found.columns : undefined
  checkColumns(path, ownColumns, data.columns)
  const prefixes = found.task === 'language-model' ? found.prefixes : 'bidirectional'
  const config = textClassificationSchema.parse({
    ...dataConfig(recipe, data),
    ...(ownColumns === undefined ? {} : { columns: ownColumns }),
    ...labelTokensOf(recipe, data, text, { tokens, prefixes }),
    network,
    tokens,
  })
  const isSameOutput =
    found.task === 'text-classification' &&
    JSON.stringify(found.labels) === JSON.stringify(config.labels)
  const wanted = listParameters(textClassifierOf(config).parameters)
  const kept = Object.entries(tensors).filter(
    ([name]) => wanted.has(name) && (isSameOutput || !name.startsWith('output.')),
  )
  return { text, config, tensors: Object.fromEntries(kept) }
}

/** Throws RecipeError where a model to start from reads other columns, or texts. */
const checkColumns = (
  path: string,
  own: readonly NumberColumn[] | undefined,
  wanted: readonly NumberColumn[] | undefined,
): void => {
  const [found, expected] = [own, wanted].map((columns) =>
    columns === undefined ? 'texts' : `numbers of ${columns.map(({ name }) => name).join(', ')}`,
  )
  if (found === expected) return
  throw new RecipeError(`${path} reads ${found}, and the data has ${expected}`, { keys: ['start'] })
}

/** The configuration of a new model. */
export const newClassifierConfig = (
  recipe: TextClassificationRecipe,
  data: LabelledData,
  text: TextTokenizer,
): TextClassificationConfig => {
  const { context, width, depth, heads, activation, output } = recipe.model
  const { columns } = data
  const tokens = {
    ...{ pad: idOf('<pad>'), bos: idOf('<bos>'), mask: idOf('<mask>') },
    ...(output === 'head' ? {} : { eos: idOf('<eos>') }),
  }
  return textClassificationSchema.parse({
    ...dataConfig(recipe, data),
    ...labelTokensOf(recipe, data, text, { tokens, prefixes: 'bidirectional' }),
    network: {
      ...{ width, depth, heads, activation, hasTiedHead: true },
      // A row of numbers is the token that starts it, and one for each column.
      ...(columns === undefined
        ? { vocabularySize: text.vocabularySize, context }
        : {
            vocabularySize: firstColumnId(text) + columns.length,
            context: columns.length + 1,
            hasNumbers: true,
          }),
    },
    tokens,
  })
}

/** Throws RecipeError where nothing of a text would be read beside its longest label. */
const checkRoom = (config: TextClassificationConfig, text: TextTokenizer): void => {
  const { columns, network } = config
  const marks = marksOf(text, config)
  if (columns !== undefined || marks < network.context) return
  throw new RecipeError(
    `expected more than the ${marks} tokens of the longest label and around a text, ` +
      `got ${network.context}. Give labels shorter names by data.names, or choose model.output: head.`,
    { keys: ['model', 'context'] },
  )
}

/**
 * A new model, or a trained one, with a context as long as the recipe wants. Throws RecipeError for
 * one that cannot become what is wanted.
 */
export const startTextClassification = async (
  recipe: TextClassificationRecipe,
  data: LabelledData,
  out: string,
  environment: RunEnvironment,
): Promise<ClassifierStart> => {
  const started =
    recipe.start === undefined
      ? await startAnew(recipe, data, out, environment)
      : await readStart(recipe.start, recipe, data, environment)
  const { network } = started.config
  // Rotary places need no table, so the context of a model that is started from may be shorter.
  const context =
    network.positions === 'learned'
      ? network.context
      : Math.min(recipe.model.context, network.context)
  const config = { ...started.config, network: { ...network, context } }
  checkRoom(config, started.text)
  return { ...started, config }
}

/** A new model with a tokenizer that was trained on the texts, if the rows have some. */
const startAnew = async (
  recipe: TextClassificationRecipe,
  data: LabelledData,
  out: string,
  environment: RunEnvironment,
): Promise<ClassifierStart> => {
  const { columns, labels, training } = data
  const writtenLabels = recipe.model.output === 'head' ? [] : labels
  const text = await prepareTextTokenizer(
    columns === undefined ? recipe.text : { ...recipe.text, kind: 'characters' },
    {
      texts: () =>
        columns === undefined ? [...training.map((row) => row.text), ...writtenLabels] : [],
      path: joinPath(out, textTokenizerName),
      environment,
    },
  )
  return { text, config: newClassifierConfig(recipe, data, text) }
}
