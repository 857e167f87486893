import { RecipeError, RuntimeError } from '../../errors.js'
import type { PictureRecipe } from '../../recipes/recipe.js'
import { unlessAborted } from '../../recipes/run/interruption.js'
import type { ExampleShape } from '../../recipes/run/pictures/prepare-data.js'
import { framesOfSource } from '../../recipes/schema/data.js'
import type { CommandLineEnvironment } from '../environment.js'
import { findPictureRecipe } from '../find/find-recipe.js'
import { findTokenizer } from '../find/find-tokenizer.js'
import { interruptibly } from '../interruptibly.js'
import { defineCommand } from '../parsing/define-command.js'
import { recipeArgument, setOption } from '../parsing/shared-options.js'
import { formatCount, formatDuration } from '../terminal/quantities.js'
import { printTable } from '../terminal/table.js'
import { showWork } from '../terminal/work.js'

/** Does what training would do with the data first: decode, resize, divide. */
export default defineCommand({
  name: 'prepare',
  summary: 'Prepare the pictures of a recipe before training',
  arguments: { recipe: recipeArgument },
  options: { set: setOption },
  examples: ['emoji-tokenizer'],
  run: async ({ recipe: named, set }, context) => {
    const { environment, terminal } = context
    const recipe = await findPictureRecipe(named, set, environment)
    const started = environment.now()
    const shape = await shapeOf(recipe, environment)
    const onProgress = showWork(terminal)
    const prepared = await interruptibly(context, (signal) =>
      unlessAborted(signal, () =>
        environment.library.prepare(recipe.data, { ...shape, onProgress, signal }),
      ),
    )
    if (prepared === undefined) {
      throw new RuntimeError('stopped before all pictures were ready; prepare them again')
    }
    const { cache, split } = prepared
    return {
      pictures: cache.examples.length,
      train: split.train.length,
      heldOut: split.heldOut.length,
      heldOutPairs: split.heldOutPairs.length,
      seconds: (environment.now() - started) / 1000,
    }
  },
  print: ({ pictures, train, heldOut, heldOutPairs, seconds }, { print }) => {
    const rows: readonly (readonly [string, number])[] = [
      ['to train on', train],
      ['of held-out groups', heldOut],
      ['of known groups in a held-out style', heldOutPairs],
    ]
    print(`${formatCount(pictures)} pictures are ready, after ${formatDuration(seconds)}:`)
    print(
      printTable(
        [{ align: 'end' }, {}],
        rows.map(([name, count]) => [formatCount(count), name]),
      ),
    )
  },
})

/** A model of words and pictures takes pictures of its tokenizer's size. */
const shapeOf = async (
  recipe: PictureRecipe,
  { library }: CommandLineEnvironment,
): Promise<ExampleShape> => {
  if (recipe.task === 'image-tokenizer') return { size: recipe.size, frames: recipe.frames }
  const tokenizer = await findTokenizer(recipe, library)
  if (tokenizer !== undefined) {
    return { size: tokenizer.size, frames: framesOfSource(recipe.data, tokenizer.frames) }
  }
  const key = recipe.start === undefined ? 'tokenizer' : 'start'
  throw new RecipeError(
    `${recipe[key]}: there is no image tokenizer yet, whose size the pictures would have; train it first, or choose another by --set ${key}=DIR`,
  )
}
