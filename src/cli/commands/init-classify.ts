import { tableEnding } from '../../data/text/table-record.js'
import { RecipeError } from '../../errors.js'
import { writeClassifyRecipe } from '../../recipes/init/classify.js'
import { lookAtTable } from '../../recipes/init/table-look.js'
import { baseName } from '../../storage/files.js'
import { defineCommand } from '../parsing/define-command.js'
import { text } from '../parsing/options.js'

/** Writes a recipe for a table of texts and labels. */
export default defineCommand({
  name: 'init classify',
  summary: 'Write a recipe that classifies the texts of a table',
  arguments: { table: 'texts and labels: .tsv, .csv, .jsonl or .parquet' },
  options: {
    out: text('the recipe’s file; by default the table’s name with .yaml, here', 'FILE'),
  },
  examples: ['reviews.csv', 'data/titles.tsv --out titles.yaml'],
  run: async (
    { table, out = `${baseName(table).replace(tableEnding, '')}.yaml` },
    { environment },
  ) => {
    const { files } = environment.platform
    if ((await files.stat(out)) !== undefined) {
      throw new RecipeError(
        `${out}: there is a file already; choose another name by --out, or remove it`,
      )
    }
    const recipe = writeClassifyRecipe(await lookAtTable(files, table))
    await files.write(out, recipe)
    return { out, recipe }
  },
  print: ({ out, recipe }, { print }) =>
    print(`${recipe.trimEnd()}\n\nwritten to ${out}; next: tesserae train ${out}`),
})
