import { describe, expect, test } from 'vitest'
import { leadSentence } from './lead-sentence.js'
import { createNearestText } from './nearest-text.js'
import { slidingWindowAnswer } from './sliding-window.js'

test('the nearest text shares the rarest characters', () => {
  const nearest = createNearestText([
    { source: 'I like the cat.', target: '我喜欢猫。' },
    { source: 'I like the dog.', target: '我喜欢狗。' },
    { source: 'Where is the zebra?', target: '斑马在哪里？' },
  ])
  expect(nearest('I like the dogs.')).toBe('我喜欢狗。')
  expect(nearest('A zebra!')).toBe('斑马在哪里？')
  expect(nearest('I like the cat.')).toBe('我喜欢猫。')
  // Nothing in common with any: the first.
  expect(nearest('鱼')).toBe('我喜欢猫。')
})

test.each([
  ['研究了3.5倍的设计；控制.结果表明方法有效.', '研究了3.5倍的设计；控制.'],
  ['提出一种方法。结果有效。', '提出一种方法。'],
  ['It costs 3.5 euros. Then more.', 'It costs 3.5 euros.'],
  [' no mark at all ', 'no mark at all'],
])('the lead of %s', (text, lead) => {
  expect(leadSentence(text)).toBe(lead)
})

describe('the sliding window', () => {
  test('answers with what stands beside the words of the question', () => {
    const passage =
      'The museum is large. In Paris it rains. The tower was built by Gustave Eiffel. So what.'
    expect(slidingWindowAnswer('By whom was the tower built?', passage)).toBe('Gustave Eiffel')
  })

  test('reads Chinese by characters', () => {
    const passage = '博物馆很大。这座塔由埃菲尔设计。天在下雨。'
    expect(slidingWindowAnswer('这座塔由谁设计？', passage)).toBe('埃菲尔')
  })

  test('has no answer where the passage says nothing new', () => {
    expect(slidingWindowAnswer('the tower', 'The tower.')).toBe('')
  })
})
