import { DataError } from '../../errors.js'
import { type ChatMessage, createChatTemplate } from '../../generation/text/chat-template.js'
import { checkContinues } from '../../generation/text/check-continues.js'
import { type FittedConversation, fitConversation } from '../../generation/text/fit-conversation.js'
import { withoutGaps } from '../../generation/without-gaps.js'
import { defineCommand } from '../define-command.js'
import { integer, number, text, withDefault } from '../options.js'
import { baseOption, deviceOption, textModelOption } from '../shared-options.js'

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
    seed: withDefault(integer('another number gives other answers', { minimum: 0 }), 0),
    temperature: number('more is bolder, 0 always takes the likeliest', { minimum: 0 }),
    topK: integer('choose among the k likeliest tokens only', { minimum: 1, placeholder: 'K' }),
    topP: number('choose among the likeliest tokens up to this share', {
      minimum: 0,
      maximum: 1,
      placeholder: 'P',
    }),
    repetitionPenalty: number('more than 1 avoids tokens that are there already', {
      minimum: 0.01,
      placeholder: 'R',
    }),
    device: deviceOption,
  },
  examples: ['--model runs/answers/model', '--model runs/answers/model --system "Be brief."'],
  run: async (
    { model: folder, base, system, maxTokens, device, ...sampling },
    { environment, terminal, stream },
  ) => {
    const model = await environment.library.openTextModel(folder, device, withoutGaps({ base }))
    const lines = environment.openLines()
    let isStopped = false
    let isLeaving = false
    const stop = () => {
      isLeaving = isStopped
      isStopped = true
    }
    const stopListening = [lines.onInterrupt(stop), environment.onInterrupt(stop)]
    try {
      checkContinues(model.config, folder ?? 'chat')
      const template = createChatTemplate(model.config, model.text)
      const { context } = model.config.network
      const start: ChatMessage[] = system === undefined ? [] : [{ role: 'system', content: system }]
      // An answer gets the room it may need, but no more than half of what the model reads.
      const limit = context - Math.min(maxTokens, Math.floor(context / 2))
      const options = withoutGaps(sampling)
      let messages: readonly ChatMessage[] = start
      const history: ChatMessage[] = [...start]

      const answer = async ({ ids }: FittedConversation): Promise<string> => {
        const room = Math.min(maxTokens, Math.max(1, context - ids.length))
        const pieces = model.write(ids, { ...options, maxTokens: room, index: history.length })
        let written = ''
        for await (const piece of pieces) {
          stream(piece.text)
          written += piece.text
          if (isStopped) break
        }
        stream('\n')
        return written
      }

      terminal.note(
        'Type a message; /reset starts anew, /exit leaves, Ctrl-C stops an answer, twice leaves.',
      )
      for (;;) {
        const line = await lines.read('> ')
        if (line === undefined || line.trim() === '/exit') break
        if (line.trim() === '') continue
        if (line.trim() === '/reset') {
          messages = start
          terminal.note('The conversation starts anew.')
          continue
        }
        const question: ChatMessage = { role: 'user', content: line }
        const fitted = fitOrTell([...messages, question])
        if (fitted === undefined) continue
        if (fitted.dropped > 0) {
          terminal.note(
            `The model reads ${context} tokens at most: the oldest ${fitted.dropped} messages are forgotten.`,
          )
        }
        isStopped = false
        isLeaving = false
        const said: ChatMessage = { role: 'assistant', content: await answer(fitted) }
        messages = [...fitted.messages, said]
        history.push(question, said)
        if (isLeaving) break
      }
      return { messages: history }

      /** A message that is too long is told, and the conversation goes on without it. */
      function fitOrTell(all: readonly ChatMessage[]): FittedConversation | undefined {
        try {
          return fitConversation(all, template, { limit, context })
        } catch (error) {
          if (!(error instanceof DataError)) throw error
          terminal.note(error.message)
          return undefined
        }
      }
    } finally {
      for (const stopOne of stopListening) stopOne()
      lines.close()
      await model.close()
    }
  },
  print: () => {},
})
