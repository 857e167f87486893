/** Reads what a model folder says it is, and tells somebody who chose the wrong one what it is. */

import { z } from 'zod'
import { StorageError } from '../errors.js'
import { joinPath } from '../storage/files.js'
import { firstFault } from '../storage/json.js'
import type { ModelFolder } from '../storage/model-folder.js'

interface Kind {
  readonly name: string
  /** What it is used with. */
  readonly use: string
}

/** The kinds of model folders by their tasks. */
const kinds: Readonly<Record<string, Kind>> = {
  'language-model': {
    name: 'a language model',
    use: 'tesserae generate text or pipeline("text-generation")',
  },
  'text-classification': {
    name: 'a model that classifies texts',
    use: 'tesserae classify or pipeline("text-classification")',
  },
  'text-pairs': {
    name: 'a model of text pairs',
    use: 'tesserae generate text or pipeline("text2text-generation")',
  },
  'text-image': {
    name: 'a model of words and pictures',
    use: 'tesserae generate image, generate video or caption',
  },
  'image-tokenizer': {
    name: 'an image tokenizer',
    use: 'a recipe of words and pictures, as its tokenizer',
  },
}

const taskSchema = z.object({ task: z.string() })
const foreignSchema = z.object({ model_type: z.string() })

/**
 * The configuration of a model folder. Throws StorageError where it is damaged, or that of another
 * kind of model than the task is of.
 */
export const readConfig = async <Config>(
  folder: ModelFolder,
  schema: z.ZodType<Config>,
  task: string,
): Promise<Config> => {
  const content = await folder.json('config.json')
  const parsed = schema.safeParse(content)
  if (parsed.success) return parsed.data
  const expected = kinds[task]?.name ?? task
  const found = taskSchema.safeParse(content).data?.task
  if (found !== undefined && found !== task) {
    const kind = kinds[found]
    throw new StorageError(
      kind === undefined
        ? `${folder.path}: expected ${expected}, found the task ${JSON.stringify(found)}. Choose another folder.`
        : `${folder.path}: expected ${expected}, found ${kind.name}. Choose another folder, or use this one with ${kind.use}.`,
    )
  }
  if (found === undefined && foreignSchema.safeParse(content).success) {
    throw new StorageError(
      `${folder.path}: expected ${expected}, found a folder that was exported for other programs. ` +
        'Choose the folder that it was exported from.',
    )
  }
  throw new StorageError(
    `${joinPath(folder.path, 'config.json')}: ${firstFault(parsed.error)}; this is not the folder of ${expected}`,
  )
}
