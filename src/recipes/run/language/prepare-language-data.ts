import type { LanguageModelRecipe } from '../../tasks/language-model.js'
import type { RunEnvironment } from '../environment.js'
import { prepareConversations } from './conversations.js'
import type { DataNotes, LanguageData } from './language-data.js'
import { prepareLanguageTexts } from './language-texts.js'

export type LanguageEnvironment = Pick<
  RunEnvironment,
  'files' | 'dataFolder' | 'cacheFolder' | 'onProgress' | 'signal'
>

/** What a recipe learns from: conversations, or texts of any other kind. */
export const prepareLanguageData = (
  recipe: LanguageModelRecipe,
  notes: DataNotes,
  environment: LanguageEnvironment,
): Promise<LanguageData> => {
  const prepare =
    recipe.data.conversations === undefined ? prepareLanguageTexts : prepareConversations
  return prepare(recipe, notes, environment)
}
