import type { WriteOptions } from '../../generation/text/writer.js'
import { withoutGaps } from '../../generation/without-gaps.js'
import { defineCommand } from '../parsing/define-command.js'
import { flag, integer, repeated, text, withDefault } from '../parsing/options.js'
import {
  baseOption,
  deviceOption,
  textModelOption,
  writingOptions,
} from '../parsing/shared-options.js'
import { formatDuration } from '../terminal/quantities.js'

/** Continues a text, or writes one from it, and shows it while it is written. */
export default defineCommand({
  name: 'generate text',
  summary: 'Continue a text, translate it, summarise it, or answer a question',
  arguments: {
    prompt:
      'the text to go on or to write from, in quotes; for a model of questions, a question, a line break and a passage',
  },
  options: {
    model: textModelOption,
    base: baseOption,
    maxTokens: withDefault(integer('tokens that are written at most', { minimum: 1 }), 256),
    count: withDefault(
      integer('how many texts, of which more than one are drawn', { minimum: 1, maximum: 10_000 }),
      1,
    ),
    ...writingOptions,
    stop: repeated(text('end before this text', 'TEXT')),
    beams: integer('search for the likeliest text with so many beams', { minimum: 1 }),
    to: text(
      'the language to translate into, such as zh; a model that translates both ways needs it',
      'LANGUAGE',
    ),
    keepEnd: flag('of a prompt longer than the model reads, keep the end'),
    device: deviceOption,
  },
  examples: [
    '"Once upon a time" --model runs/stories/model',
    '"What time is it?" --model runs/tatoeba-en-zh/model --to zh',
    '"床前明月光" --model runs/poems/model --temperature 0.8 --top-p 0.95 --count 3',
  ],
  run: async (
    { prompt, model: folder, base, count, device, keepEnd, to, ...given },
    { environment, stream, terminal },
  ) => {
    const started = environment.now()
    const { library } = environment
    const model = await library.openPromptWriter(folder, device, withoutGaps({ base }))
    let isInterrupted = false
    const stopListening = environment.onInterrupt(() => {
      isInterrupted = true
    })
    try {
      const options: WriteOptions = withoutGaps({ ...given, shouldKeepEnd: keepEnd })
      const { notice, write } = model.read(prompt, { to })
      if (notice !== undefined) terminal.note(notice)
      const texts: WrittenText[] = []
      for (let index = 0; index < count && !isInterrupted; index++) {
        if (index > 0) stream('\n\n')
        let written = ''
        let tokens = 0
        let finish: WrittenText['finish'] = 'interrupt'
        for await (const piece of write(count > 1 ? { ...options, index } : options)) {
          stream(piece.text)
          written += piece.text
          tokens += piece.ids.length
          finish = piece.finish ?? finish
          if (isInterrupted) break
        }
        texts.push({ text: written, tokens, finish })
      }
      return { prompt, seed: given.seed, texts, seconds: (environment.now() - started) / 1000 }
    } finally {
      stopListening()
      await model.close()
    }
  },
  print: ({ texts, seconds }, { print, note }) => {
    print('')
    const tokens = texts.reduce((sum, one) => sum + one.tokens, 0)
    note(`${tokens} tokens in ${formatDuration(seconds)}`)
  },
})

interface WrittenText {
  readonly text: string
  readonly tokens: number
  /** Why it ended: by itself or before a stop text, at --max-tokens, or by Ctrl-C. */
  readonly finish: 'stop' | 'length' | 'interrupt'
}
