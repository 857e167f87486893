import { describe, expect, test } from 'vitest'
import { checkCall } from './check-call.js'
import type { PipelineTask } from './index.js'

const chat = [{ role: 'user', content: 'hello' }]

describe('a call', () => {
  test.each<[PipelineTask, readonly unknown[]]>([
    ['translation', ['hello', { tgt_lang: 'zh', max_new_tokens: 5 }]],
    ['summarization', [['one', 'two']]],
    ['text-generation', ['once', {}]],
    ['text-generation', [['once', 'twice'], { do_sample: true }]],
    ['text-generation', [chat]],
    ['text-generation', [[chat, chat], { num_return_sequences: 2 }]],
    ['zero-shot-classification', ['a text', ['good', 'bad'], { multi_label: true }]],
    ['question-answering', ['who?', 'a passage', { num_beams: 2 }]],
    ['image-to-text', [new Uint8Array(3), { seed: 1 }]],
    ['video-classification', ['clip.gif', { attribute: 'action' }]],
    ['text-to-video', ['a cat', { image: 'first.png', num_frames: 8 }]],
  ])('of %s with what it takes is let through', (task, call) => {
    expect(() => checkCall(task, call)).not.toThrow()
  })

  test.each<[PipelineTask, readonly unknown[], string]>([
    ['translation', [], 'translation: expected a text or a list of texts, got undefined'],
    ['summarization', [['a', 3]], 'got a list with string "a" and number 3'],
    ['text-generation', [7], 'expected a text, a list of texts, or messages with a role'],
    ['text-generation', [[{ content: 'x' }]], 'or messages with a role and content'],
    ['question-answering', ['who?', null], 'question-answering, argument 2: expected a text'],
    ['zero-shot-classification', ['x', undefined], 'argument 2: expected a label or a list'],
    ['image-to-text', [], 'expected a picture or a list of them, got undefined'],
    ['fill-mask', ['x', 5], 'fill-mask: expected options as an object, got number 5'],
    ['text-generation', ['x', { max_tokens: 5 }], 'no option max_tokens. Did you mean max_new'],
    ['text-classification', ['x', { threshold: 1 }], 'no option threshold. Known are top_k.'],
  ])('of %s with %j is refused', (task, call, message) => {
    expect(() => checkCall(task, call)).toThrow(message)
  })
})
