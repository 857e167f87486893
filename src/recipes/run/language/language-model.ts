/** Prepares the run of a language model: what it learns from, its tokenizer and what it starts from. */

import type { Tensors } from '../../../engine/runtime/runtime.js'
import { RecipeError } from '../../../errors.js'
import { defaultChatTemplate } from '../../../generation/text/chat/default-chat-template.js'
import {
  type LanguageConfig,
  languageModelOf,
  languageSchema,
} from '../../../generation/text/config.js'
import { languageEntries, readLanguageModel } from '../../../generation/text/model-folder.js'
import { joinPath } from '../../../storage/files.js'
import { writeJson } from '../../../storage/json.js'
import type { TextTokenizer } from '../../../tokenizers/text/index.js'
import { createLanguageTask } from '../../../training/tasks/language-model.js'
import { sampleTexts } from '../../../training/tasks/sample-texts.js'
import { mergeAdapters } from '../../../training/tuning.js'
import type { LanguageModelRecipe } from '../../tasks/language-model.js'
import { adapterOf, openStart } from '../adapter.js'
import type { RunEnvironment } from '../environment.js'
import type { PreparedRun } from '../prepared-run.js'
import { trainerOptions } from '../training-options.js'
import type { DataNotes } from './language-data.js'
import { prepareLanguageData } from './prepare-language-data.js'
import { idOf, prepareTextTokenizer, textTokenizerName } from './text-tokenizer.js'

/** What a model is trained for, and where it then has what stands in a gap. */
const skillsOf = ({
  nextToken,
  maskedSpans,
}: LanguageModelRecipe['objective']): Pick<LanguageConfig, 'skills' | 'readsGapsBefore'> => ({
  skills: [
    ...(nextToken > 0 ? (['continue'] as const) : []),
    ...(maskedSpans > 0 ? (['fill'] as const) : []),
  ],
  ...(nextToken > 0 && maskedSpans > 0 ? { readsGapsBefore: true } : {}),
})

/** The configuration of a new model. */
const configOf = (
  { model, objective }: LanguageModelRecipe,
  text: TextTokenizer,
  isOneText: boolean,
): LanguageConfig =>
  languageSchema.parse({
    task: 'language-model',
    network: {
      vocabularySize: text.vocabularySize,
      context: model.context,
      width: model.width,
      depth: model.depth,
      heads: model.heads,
      keyValueHeads: model.keyValueHeads,
      activation: model.activation,
      hasTiedHead: model.tiedHead,
      hasQueryKeyNorm: model.queryKeyNorm,
    },
    tokens: {
      pad: idOf('<pad>'),
      mask: idOf('<mask>'),
      ...(isOneText ? {} : { bos: idOf('<bos>'), eos: idOf('<eos>') }),
    },
    ...skillsOf(objective),
  })

/**
 * The configuration of a model that goes on from another one. It can do what it is trained for now:
 * a skill of the other one that is no longer trained fades, and is not claimed.
 */
const goOnWith = (
  { data, objective }: LanguageModelRecipe,
  { readsGapsBefore: _, ...config }: LanguageConfig,
): LanguageConfig => ({
  ...config,
  ...skillsOf(objective),
  // Plain texts are continued from left to right: only conversations have a prefix.
  ...(objective.nextToken > 0 && data.conversations === undefined ? { prefixes: 'causal' } : {}),
})

/** The configuration of a new model, or of one that goes on from another's. */
export const languageConfigOf = (
  recipe: LanguageModelRecipe,
  text: TextTokenizer,
  {
    isOneText,
    started,
  }: { readonly isOneText: boolean; readonly started: LanguageConfig | undefined },
): LanguageConfig =>
  chatConfigOf(
    recipe,
    started === undefined ? configOf(recipe, text, isOneText) : goOnWith(recipe, started),
  )

/** What a model that learns answers writes conversations with. */
const chatConfigOf = (
  { data, chatTemplate }: LanguageModelRecipe,
  config: LanguageConfig,
): LanguageConfig => {
  const template =
    chatTemplate ??
    config.chatTemplate ??
    (data.conversations === undefined ? undefined : defaultChatTemplate)
  return template === undefined ? config : { ...config, chatTemplate: template }
}

export const prepareLanguageModel = async (
  recipe: LanguageModelRecipe,
  out: string,
  environment: RunEnvironment,
): Promise<PreparedRun> => {
  const { files, runtime, observer } = environment
  const { seed, model, objective, training, data } = recipe
  const tuning = { tuning: recipe.tuning, frozen: recipe.frozen }
  const notes: DataNotes = {
    record: (name, content) => writeJson(files, joinPath(out, name), content),
    notice: (line) => observer.notice(line),
  }
  const { isOneText, key, texts, rowsOf } = await prepareLanguageData(recipe, notes, environment)
  const started =
    recipe.start === undefined
      ? undefined
      : await readLanguageModel(await openStart(recipe.start, tuning, files))
  const text =
    started?.text ??
    (await prepareTextTokenizer(recipe.text, {
      texts,
      path: joinPath(out, textTokenizerName),
      environment,
    }))
  const config = languageConfigOf(recipe, text, { isOneText, started: started?.config })
  if (objective.maskedSpans > 0 && config.tokens.mask === undefined) {
    throw new RecipeError(
      `expected 0, got ${objective.maskedSpans}; ${recipe.start} has no ` +
        'token for gaps. Train it to continue texts alone.',
      { keys: ['objective', 'maskedSpans'] },
    )
  }
  const time = Math.min(model.context, config.network.context)
  const { about, ...rows } = await rowsOf({ text, config, time })
  const prompts = objective.nextToken > 0 ? recipe.samples : []
  const { parameters } = languageModelOf(config)
  const adapter = await adapterOf({ start: recipe.start, tuning, model: config, parameters }, files)
  return {
    ...(adapter === undefined ? {} : { adapter }),
    examples: rows.training.count,
    dataKey: key,
    describeData: async () => ({ path: data.path, ...about }),
    createTask: ({ restored }) =>
      createLanguageTask({
        runtime,
        config,
        text,
        ...rows,
        time,
        dropout: model.dropout,
        objectives: objective,
        masking: objective.masking,
        seed,
        ...trainerOptions(training),
        sample: sampleTexts(runtime, { config, text }, prompts),
        tuning,
        ...(started === undefined ? {} : { start: started.tensors }),
        ...(restored === undefined ? {} : { restored }),
      }),
    modelEntries: (tensors: Tensors) =>
      languageEntries({ config, tensors: mergeAdapters(tensors, tuning.tuning), text }),
    close: async () => {},
  }
}
