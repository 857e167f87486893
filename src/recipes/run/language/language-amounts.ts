/** How much the texts or conversations are that a recipe's language model learns from. */

import type { LanguageConfig } from '../../../generation/text/config.js'
import { packRows } from '../../../training/objectives/pack-rows.js'
import type { LanguageModelRecipe } from '../../tasks/language-model.js'
import type { StartConfig } from '../start-config.js'
import {
  type CountEnvironment,
  spreadRows,
  spreadTexts,
  type TextAmounts,
  tokenizerFor,
} from '../text-amounts.js'
import { encodeConversations, readConversations, renderConversations } from './conversations.js'
import { languageConfigOf } from './language-model.js'
import { divideTexts, textsOf } from './language-texts.js'
import { prepareTexts } from './prepare-texts.js'

/** What a run goes on from decides what it reads at once. */
type Started = LanguageConfig | undefined

export const countLanguage = (
  recipe: LanguageModelRecipe,
  start: StartConfig | undefined,
  environment: CountEnvironment,
): Promise<TextAmounts> => {
  const count = recipe.data.conversations === undefined ? countDocuments : countConversations
  // A model of another task is refused by who asks for its costs.
  return count(recipe, start?.task === 'language-model' ? start : undefined, environment)
}

const timeOf = ({ model }: LanguageModelRecipe, started: Started): number =>
  Math.min(model.context, started?.network.context ?? model.context)

/** Tokens around a document: those that start it and end it. */
const marks = 2

const countDocuments = async (
  recipe: LanguageModelRecipe,
  started: Started,
  environment: CountEnvironment,
): Promise<TextAmounts> => {
  const time = timeOf(recipe, started)
  const { report, ...prepared } = await prepareTexts(recipe.data, environment)
  const divided = divideTexts({ ...prepared, report }, recipe)
  const share = 1 - recipe.data.validation.share
  const part = await spreadTexts(textsOf(divided.training), share * prepared.length)
  const text = await tokenizerFor(recipe, part, environment)
  const characters = part.reduce((sum, one) => sum + one.length, 0)
  const tokens = part.reduce((sum, one) => sum + text.encode(one).length, 0)
  const all = share * (prepared.length * (tokens / Math.max(1, characters)) + marks * report.kept)
  return {
    found: {
      unit: 'documents',
      kept: report.kept,
      characters: report.characters,
      leftOut: report.documents - report.kept + report.faults.count,
    },
    // Up to a window's length is left over, by which epochs are shifted.
    examples: Math.max(1, Math.floor((all - time) / time)),
    vocabulary: text.vocabularySize,
  }
}

const countConversations = async (
  recipe: LanguageModelRecipe,
  started: Started,
  environment: CountEnvironment,
): Promise<TextAmounts> => {
  const { seed, data, objective } = recipe
  const time = timeOf(recipe, started)
  const { training, validation, faults } = await readConversations(data, { seed, environment })
  const part = spreadRows(training, ({ messages }) => messages.map((one) => one.content).join('\n'))
  const text = await tokenizerFor(recipe, renderConversations(part, recipe), environment)
  const config = languageConfigOf(recipe, text, { isOneText: false, started })
  const encoded = encodeConversations(part, text, config, time)
  /** Conversations of all for each of the part. */
  const scale = training.length / part.length
  const rows = packRows(encoded.rows, { time, isPacked: objective.packed })
  return {
    found: {
      unit: 'conversations',
      training: training.length,
      validation: validation.length,
      leftOut: faults.count + Math.round(scale * encoded.faults.count),
    },
    examples: Math.round(scale * rows.length),
    vocabulary: text.vocabularySize,
  }
}
