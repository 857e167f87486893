/** The part of a recipe that says which texts a run learns to write, and from which. */

import { z } from 'zod'
import { checkHeldOut, heldOutShare } from './held-out.js'
import { columnNamesSchema, headerSchema } from './table.js'

const count = z.int().positive()
const paths = z.union([z.string().min(1), z.array(z.string().min(1)).min(1)])
const template = z.string().min(1)
const languagePattern = /^[a-z]{2,3}$/
const language = z.string().regex(languagePattern, {
  error: ({ input }) => {
    const small = String(input).toLowerCase()
    const nearest = languagePattern.test(small) ? ` Did you mean ${small}?` : ''
    return `expected two or three small letters, such as en or zh, got ${JSON.stringify(input)}.${nearest}`
  },
})

export const pairDataSchema = z
  .strictObject({
    path: paths.describe('tables to train on: .jsonl, .csv, .tsv or .parquet'),
    validation: z
      .union([paths, heldOutShare])
      .default(0.1)
      .describe('tables to measure on during the run, or a share of those to train on'),
    test: z
      .union([paths, heldOutShare])
      .optional()
      .describe('the same for what `evaluate` measures on; the validation part if left out'),
    content: z
      .enum(['texts', 'questions'])
      .default('texts')
      .describe(
        'whether a record is a pair of texts, or a passage with questions as in SQuAD: context, and qas with question and answers',
      ),
    source: template
      .default('source')
      .describe('field of the text that is given, or a template: `{title}: {abstract}`'),
    target: template.default('target').describe('field of the text to write, or a template'),
    columns: columnNamesSchema,
    header: headerSchema,
    languages: z
      .tuple([language, language])
      .default(['en', 'en'])
      .describe('those of sources and targets; zh is measured by characters, others by words'),
    directions: z
      .enum(['forward', 'both'])
      .default('forward')
      .describe('whether sources are learned from targets too; a source then begins with its way'),
    stride: count
      .default(64)
      .describe('of passages that are too long: tokens by which their windows overlap'),
  })
  .superRefine(checkHeldOut)
  .superRefine(({ languages: [from, to], directions, content }, context) => {
    const complain = (path: string, message: string) =>
      context.addIssue({ code: 'custom', message, path: [path] })
    if (directions === 'both' && from === to) {
      complain('languages', `expected two languages for both directions, got ${from} twice.`)
    }
    if (directions === 'both' && content === 'questions') {
      complain('directions', 'expected forward for questions, got both.')
    }
  })

export type PairDataRecipe = z.output<typeof pairDataSchema>
