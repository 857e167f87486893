/** What the run of a model of text pairs starts from: its tokenizer, its configuration, its weights. */

import type { Tensors } from '../../../engine/runtime/runtime.js'
import { RecipeError } from '../../../errors.js'
import { endsOf } from '../../../generation/text/config.js'
import { readLanguageModel } from '../../../generation/text/model-folder.js'
import { type TextPairsConfig, textPairsSchema } from '../../../generation/text-pairs/config.js'
import { readTextPairs } from '../../../generation/text-pairs/model-folder.js'
import { tagIn } from '../../../generation/text-pairs/pair-ids.js'
import { joinPath } from '../../../storage/files.js'
import { readTask } from '../../../storage/model-folder.js'
import type { TextTokenizer } from '../../../tokenizers/text/index.js'
import type { TextPairsRecipe } from '../../tasks/text-pairs.js'
import { openStart } from '../adapter.js'
import type { RunEnvironment } from '../environment.js'
import { idOf, prepareTextTokenizer, textTokenizerName } from '../language/text-tokenizer.js'
import type { PairData } from './pair-data.js'

export interface PairStart {
  readonly text: TextTokenizer
  readonly config: TextPairsConfig
  /** Of a trained model to go on from. */
  readonly tensors?: Tensors
}

/** Tokens of a row around a source and its target: what begins it, and what ends both. */
const marks = 3

/** What the recipe decides of a configuration, whatever the network is. */
const recipeConfig = ({ model, data, writing: { extractive, ...defaults } }: TextPairsRecipe) => ({
  task: 'text-pairs',
  sourceLength: model.sourceLength,
  targetLength: model.targetLength,
  content: data.content,
  stride: data.stride,
  languages: data.languages,
  isBothWays: data.directions === 'both',
  isExtractive: data.content === 'questions' && extractive,
  defaults,
})

/** The configuration of a new model. */
export const newPairConfig = (recipe: TextPairsRecipe, text: TextTokenizer): TextPairsConfig => {
  const { kind, depth, encoderDepth, width, heads, activation, tiedHead, prefixes } = recipe.model
  const shape = {
    ...{ vocabularySize: text.vocabularySize, depth, width, heads, activation },
    hasTiedHead: tiedHead,
  }
  const context = recipe.model.sourceLength + recipe.model.targetLength + marks
  return textPairsSchema.parse({
    ...recipeConfig(recipe),
    network:
      kind === 'encoder-decoder'
        ? { kind, ...shape, encoderDepth }
        : { kind, ...shape, context, prefixes },
    tokens: { pad: idOf('<pad>'), bos: idOf('<bos>'), eos: idOf('<eos>'), mask: idOf('<mask>') },
  })
}

/** A trained model to start from. Throws RecipeError for one that cannot become what is wanted. */
const readStart = async (
  path: string,
  recipe: TextPairsRecipe,
  { files }: Pick<RunEnvironment, 'files'>,
): Promise<PairStart> => {
  const { kind, prefixes } = recipe.model
  const folder = await openStart(path, recipe, files)
  const task = await readTask(folder)
  if (task === 'text-pairs') {
    const { config, text, tensors } = await readTextPairs(folder)
    if (config.network.kind !== kind) {
      throw new RecipeError(
        `expected ${config.network.kind}, that of ${path}, got ${kind}. Choose the same`,
        { keys: ['model', 'kind'] },
      )
    }
    const { network, tokens } = config
    return {
      config: textPairsSchema.parse({ ...recipeConfig(recipe), network, tokens }),
      ...{ text, tensors },
    }
  }
  if (task !== 'language-model' || kind !== 'decoder-only') {
    throw new RecipeError(
      `expected a model of text pairs or, with "model.kind: decoder-only", a language model, found ${task} in ${path}`,
      { keys: ['start'] },
    )
  }
  const { config, text, tensors } = await readLanguageModel(folder)
  const { network, tokens } = config
  if (endsOf(config).length === 0) {
    throw new RecipeError(
      `${path} has no token that ends texts, so it cannot tell a source from its target. Train a language model on several documents`,
      { keys: ['start'] },
    )
  }
  return {
    config: textPairsSchema.parse({
      ...recipeConfig(recipe),
      ...{ network: { kind, ...network, prefixes }, tokens },
    }),
    ...{ text, tensors },
  }
}

/** Throws RecipeError where a row of a source and its target is longer than a decoder reads. */
const checkContext = ({ network, sourceLength, targetLength }: TextPairsConfig, path: string) => {
  if (network.kind !== 'decoder-only') return
  const longest = network.context - targetLength - marks
  if (sourceLength <= longest) return
  throw new RecipeError(
    `expected at most ${longest} beside targets of ${targetLength}, as ${path} reads ${network.context} tokens, got ${sourceLength}`,
    { keys: ['model', 'sourceLength'] },
  )
}

/** All texts of the training part, on which a tokenizer is trained, and the tags of sources. */
export function* textsOfPairs(
  data: PairData,
  { data: { languages, directions } }: TextPairsRecipe,
) {
  if (data.content === 'texts') {
    if (directions === 'both') yield* languages.map(tagIn)
    for (const { source, target } of data.training) yield* [source, target]
    return
  }
  const passages = new Set(data.training.map(({ passage }) => passage))
  yield* passages
  for (const { question } of data.training) yield question
}

/** Throws RecipeError where a tokenizer cannot tell the two ways from each other. */
const checkTags = ({ text, config: { languages, isBothWays } }: PairStart): void => {
  const [from, to] = languages.map((language) => text.encode(tagIn(language)).join(' '))
  if (!isBothWays || from !== to) return
  throw new RecipeError(
    `the tokenizer reads "${tagIn(languages[0])}" and "${tagIn(languages[1])}" as the same; take other names, or another tokenizer`,
    { keys: ['data', 'directions'] },
  )
}

/** A new model, or a trained one. Throws RecipeError for one that cannot become what is wanted. */
export const startTextPairs = async (
  recipe: TextPairsRecipe,
  data: PairData,
  out: string,
  environment: RunEnvironment,
): Promise<PairStart> => {
  if (recipe.start !== undefined) {
    const started = await readStart(recipe.start, recipe, environment)
    checkContext(started.config, recipe.start)
    checkTags(started)
    return started
  }
  const text = await prepareTextTokenizer(recipe.text, {
    texts: () => textsOfPairs(data, recipe),
    path: joinPath(out, textTokenizerName),
    environment,
  })
  return { text, config: newPairConfig(recipe, text) }
}
