import type { Source } from '../../data/source.js'
import * as sources from '../../data/sources/index.js'
import { printValidation, type Validation, validateExamples } from '../../data/validate.js'
import type { Recipe } from '../../recipes/recipe.js'
import { readConversations } from '../../recipes/run/language/conversations.js'
import { type PreparedTexts, prepareTexts } from '../../recipes/run/language/prepare-texts.js'
import { locateSource } from '../../recipes/run/locate-source.js'
import { prepareLabelledData } from '../../recipes/run/text-classification/labelled-data.js'
import { preparePairData } from '../../recipes/run/text-pairs/pair-data.js'
import type { CommandContext } from '../environment.js'
import { findRecipe } from '../find/find-recipe.js'
import { checkLabels, checkRows, printRowCheck, type RowCheck } from '../output/print-row-check.js'
import { printTextCheck } from '../output/print-text-check.js'
import { defineCommand } from '../parsing/define-command.js'
import { integer, withDefault } from '../parsing/options.js'
import { recipeOrTableArgument, setOption } from '../parsing/shared-options.js'
import { formatCount } from '../terminal/quantities.js'
import { showWork } from '../terminal/work.js'

type Result = Validation | PreparedTexts['report'] | RowCheck

/** Reads all of a recipe's data and names every row and picture that cannot be used. */
export default defineCommand({
  name: 'data check',
  summary: 'Check the data that a recipe names',
  arguments: { recipe: recipeOrTableArgument },
  options: {
    set: setOption,
    faults: withDefault(
      integer('how many faults are described; all are counted', { minimum: 0 }),
      20,
    ),
  },
  examples: ['my-recipe.yaml', 'emoji --set data.source.styles=[noto]'],
  run: async ({ recipe: named, set, faults }, context): Promise<Result> => {
    const { recipe, placed } = await findRecipe(named, set, context.environment)
    return placed(() => check(recipe, faults, context))
  },
  print: (result, { print }) =>
    print(
      'good' in result
        ? printValidation(result)
        : 'training' in result
          ? printRowCheck(result)
          : printTextCheck(result),
    ),
  exitCode: ({ faults }) => (faults.count === 0 ? 0 : 1),
})

/** Describes so many of the faults. */
const check = async (
  recipe: Recipe,
  described: number,
  { environment, terminal }: CommandContext,
): Promise<Result> => {
  const { files, media, packageFolder } = environment.platform
  const { dataFolder } = environment
  const rows = { seed: recipe.seed, environment: { files, dataFolder }, described }
  if (recipe.task === 'language-model' && recipe.data.conversations !== undefined) {
    return checkRows({ ...(await readConversations(recipe.data, rows)), test: [] })
  }
  if (recipe.task === 'language-model') {
    const texts = { files, dataFolder, onProgress: showWork(terminal) }
    return (await prepareTexts(recipe.data, texts, { described })).report
  }
  if (recipe.task === 'text-classification') {
    return checkLabels(await prepareLabelledData(recipe.data, rows))
  }
  if (recipe.task === 'text-pairs') return checkRows(await preparePairData(recipe.data, rows))
  const { kind, ...options } = await locateSource(recipe.data.source, { files, dataFolder })
  const source: Source = Object.values<Source>(sources).find((one) => one.kind === kind)!
  return validateExamples({
    media,
    open: (onFault) => source.examples(options, { files, media, packageFolder, onFault }),
    described,
    onProgress: (checked) => terminal.showProgress(`checked: ${formatCount(checked)}`),
  })
}
