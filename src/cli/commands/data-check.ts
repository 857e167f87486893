import type { Source } from '../../data/source.js'
import * as sources from '../../data/sources/index.js'
import { printValidation, validateExamples } from '../../data/validate.js'
import { locateSource } from '../../recipes/run/locate-source.js'
import { defineCommand } from '../define-command.js'
import { findPictureRecipe } from '../find-recipe.js'
import { integer, withDefault } from '../options.js'
import { recipeArgument, setOption } from '../shared-options.js'
import { formatCount } from '../terminal/quantities.js'

/** Reads all of a recipe's data and names every row and picture that cannot be used. */
export default defineCommand({
  name: 'data check',
  summary: 'Check the pictures and captions that a recipe names',
  arguments: { recipe: recipeArgument },
  options: {
    set: setOption,
    faults: withDefault(
      integer('how many faults are described; all are counted', { minimum: 0 }),
      20,
    ),
  },
  examples: ['my-recipe.yaml', 'emoji --set data.source.styles=[noto]'],
  run: async ({ recipe: named, set, faults }, { environment, terminal }) => {
    const recipe = await findPictureRecipe(named, set, environment)
    const { files, media, packageFolder } = environment.platform
    const { kind, ...options } = await locateSource(recipe.data.source, {
      files,
      dataFolder: environment.dataFolder,
    })
    const source: Source = Object.values<Source>(sources).find((one) => one.kind === kind)!
    return validateExamples({
      media,
      open: (onFault) => source.examples(options, { files, packageFolder, onFault }),
      described: faults,
      onProgress: (checked) => terminal.showProgress(`checked: ${formatCount(checked)}`),
    })
  },
  print: (validation, { print }) => print(printValidation(validation)),
  isGood: ({ bad }) => bad === 0,
})
