import { importModel } from '../../generation/import-model.js'
import { languageModelOf } from '../../generation/text/config.js'
import { countParameters } from '../../network/parameters.js'
import { defineCommand } from '../parsing/define-command.js'
import { required, text } from '../parsing/options.js'
import { formatCount } from '../terminal/quantities.js'

/** Makes a model folder of a model that another project trained. */
export default defineCommand({
  name: 'import',
  summary: 'Make a model folder of another project’s model',
  arguments: {
    dir: 'a Hugging Face directory (gpt2, llama or bert, as safetensors), or one of llama2.c',
  },
  options: { out: required(text('where the model goes: a new or empty folder', 'DIR')) },
  examples: ['downloads/gpt2 --out models/gpt2'],
  run: async ({ dir, out }, { environment: { platform } }) => {
    const { config, text, format, leftOut } = await importModel(platform.files, dir, out)
    return {
      folder: dir,
      out,
      format,
      parameters: countParameters(languageModelOf(config).parameters),
      vocabulary: text.vocabularySize,
      hasChatTemplate: config.chatTemplate !== undefined,
      leftOut,
    }
  },
  print: ({ out, format, parameters, vocabulary, hasChatTemplate, leftOut }, { print }) => {
    const chat = hasChatTemplate ? ', a chat template' : ''
    print(`${out}: ${format}, ${formatCount(parameters)} parameters, ${vocabulary} tokens${chat}`)
    if (leftOut.length > 0) print(`left out, with no place here: ${leftOut.join(', ')}`)
  },
})
