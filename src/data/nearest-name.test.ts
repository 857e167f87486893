import { describe, expect, test } from 'vitest'
import { didYouMean, nearestName } from './nearest-name.js'

const options = ['steps', 'seed', 'resume', 'max-steps', 'dry-run', 'device', 'learningRate']

describe('the nearest name', () => {
  test.each([
    ['stpes', 'steps'], // two neighbours swapped
    ['step', 'steps'], // one letter missing
    ['seeed', 'seed'], // one too many
    ['devise', 'device'], // one replaced
    ['maxsteps', 'max-steps'],
    ['dry_run', 'dry-run'],
    ['learning_rate', 'learningRate'],
    ['LEARNINGRATE', 'learningRate'],
  ])('of %s is %s', (written, meant) => {
    expect(nearestName(written, options)).toBe(meant)
  })

  test('of a beginning is the whole name', () => {
    expect(nearestName('dev', options)).toBe('device')
    expect(nearestName('learn', options)).toBe('learningRate')
    expect(nearestName('de', options)).toBeUndefined()
  })

  test('of one word is the name that has it', () => {
    expect(nearestName('run', ['resume', 'dry-run'])).toBe('dry-run')
    expect(nearestName('rate', ['batch', 'learningRate'])).toBe('learningRate')
    expect(nearestName('stpes', ['device', 'max-steps'])).toBe('max-steps')
  })

  test('is none where nothing is close', () => {
    expect(nearestName('guidance', options)).toBeUndefined()
    expect(nearestName('x', options)).toBeUndefined()
    expect(nearestName('', options)).toBeUndefined()
    expect(nearestName('steps', [])).toBeUndefined()
  })

  test('is the first of those that are equally close', () => {
    expect(nearestName('heat', ['head', 'heap'])).toBe('head')
  })

  test('prefers the closest to the first', () => {
    expect(nearestName('widths', ['width_', 'widths_a', 'width'])).toBe('width_')
    expect(nearestName('hed', ['bed room', 'heed', 'heads'])).toBe('heed')
  })

  test('counts the classic examples as Damerau and Levenshtein do', () => {
    // kitten → sitting takes 3 edits; 7 letters allow 2.
    expect(nearestName('kitten', ['sitting'])).toBeUndefined()
    // Saturday → Sunday takes 3 edits; 8 letters allow 2.
    expect(nearestName('Saturday', ['Sunday'])).toBeUndefined()
    expect(nearestName('abcdefghi', ['abdcefgih'])).toBe('abdcefgih')
  })
})

test('a question names the nearest and is empty where there is none', () => {
  expect(didYouMean('stpes', options, '--')).toBe(' Did you mean --steps?')
  expect(didYouMean('guidance', options)).toBe('')
})
