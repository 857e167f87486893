import { DataError } from '../../errors.js'
import type { FittedConversation } from '../../generation/text/chat/fit-conversation.js'
import { checkContinues } from '../../generation/text/check-continues.js'
import { withoutGaps } from '../../generation/without-gaps.js'
import { type Conversation, createConversation } from '../conversation.js'
import { defineCommand } from '../parsing/define-command.js'
import { integer, text, withDefault } from '../parsing/options.js'
import {
  baseOption,
  deviceOption,
  textModelOption,
  writingOptions,
} from '../parsing/shared-options.js'
import type { Terminal } from '../terminal/terminal.js'

/** Talks with a model, line by line; what was said is read again with each line. */
export default defineCommand({
  name: 'chat',
  summary: 'Talk with a model',
  arguments: {},
  options: {
    model: textModelOption,
    base: baseOption,
    system: text('what the model is told before the conversation', 'TEXT'),
    maxTokens: withDefault(integer('tokens of an answer at most', { minimum: 1 }), 512),
    ...writingOptions,
    device: deviceOption,
  },
  examples: ['--model runs/answers/model', '--model runs/answers/model --system "Be brief."'],
  run: async (
    { model: folder, base, system, maxTokens, device, ...sampling },
    { environment, terminal, stream },
  ) => {
    const model = await environment.library.openTextModel(folder, device, withoutGaps({ base }))
    const lines = environment.openLines()
    const stop = createStop()
    const stopAsking = lines.onInterrupt(stop.ask)
    let stopListening = environment.onInterrupt(lines.interrupt)
    try {
      checkContinues(model.config, folder ?? 'chat')
      const options = { ...withoutGaps(sampling), system, maxTokens }
      const conversation = createConversation(model, options)
      terminal.note(
        'Type a message; /reset starts anew, /exit leaves, Ctrl-C stops an answer, twice leaves.',
      )
      let refused = 0
      while (!stop.isLeaving()) {
        const line = await lines.read('> ')
        const said = line?.trim()
        if (line === undefined || said === '/exit') break
        if (said === '') continue
        if (said === '/reset') {
          conversation.reset()
          terminal.note('The conversation starts anew.')
          continue
        }
        const fitted = fitOrTell(line, conversation, terminal)
        if (fitted === undefined) {
          refused++
          continue
        }
        stop.forget()
        // The second interruption a listener hears of ends the program: each answer has a new one.
        stopListening()
        stopListening = environment.onInterrupt(lines.interrupt)
        for await (const piece of conversation.answer(fitted)) {
          stream(piece)
          if (stop.isAsked()) break
        }
        stream('\n')
      }
      return { messages: conversation.history, refused }
    } finally {
      stopListening()
      stopAsking()
      lines.close()
      await model.close()
    }
  },
  print: () => {},
  // A message that a pipe brings and nobody answers is noticed by whoever reads the exit code.
  exitCode: ({ refused }) => (refused > 0 ? 1 : 0),
})

/** Whoever asks once stops an answer; whoever asks again, the conversation. */
const createStop = () => {
  let isAsked = false
  let isLeaving = false
  return {
    ask() {
      isLeaving = isAsked
      isAsked = true
    },
    forget() {
      isAsked = false
      isLeaving = false
    },
    isAsked: () => isAsked,
    isLeaving: () => isLeaving,
  }
}

/** A message that is too long is told, and the conversation goes on without it. */
const fitOrTell = (
  line: string,
  conversation: Conversation,
  { note }: Pick<Terminal, 'note'>,
): FittedConversation | undefined => {
  try {
    const fitted = conversation.fit(line)
    if (fitted.dropped > 0) {
      note(
        `The model reads ${conversation.context} tokens at most: the oldest ${fitted.dropped} messages are forgotten.`,
      )
    }
    return fitted
  } catch (error) {
    if (!(error instanceof DataError)) throw error
    note(error.message)
    return undefined
  }
}
