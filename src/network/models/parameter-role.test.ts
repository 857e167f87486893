import { expect, test } from 'vitest'
import { listParameters, type ParameterTree } from '../parameters.js'
import { encoderDecoder } from './encoder-decoder.js'
import { languageModel } from './language-model.js'
import { blockOf, type ParameterRole, roleOf } from './parameter-role.js'
import { textClassifier } from './text-classifier.js'

const sizes = { vocabularySize: 5, width: 8, depth: 2, heads: 2 }
const network = {
  ...({ ...sizes, context: 4, positions: 'learned', segments: 2, hasNumbers: true } as const),
  ...{ hasHeadTransform: true, hasEmbeddingNorm: true },
}

/** The names of each role, blocks aside. */
const rolesOf = (parameters: ParameterTree) => {
  const roles: Partial<Record<ParameterRole, string[]>> = {}
  for (const name of listParameters(parameters).keys()) {
    const role = roleOf(name)
    if (role !== 'block') roles[role] = [...(roles[role] ?? []), name]
  }
  return roles
}

test('the parameters of a language model outside of its blocks have their roles', () => {
  expect(rolesOf(languageModel(network).parameters)).toEqual({
    embedding: ['embedding'],
    table: ['places.0', 'segments.0', 'directions.0'],
    head: ['head.0'],
    top: [
      'norm.scale',
      'transform.0.weight',
      'transform.0.bias',
      'transform.0.norm.scale',
      'headBias.0',
    ],
    other: ['embeddingNorm.scale'],
  })
})

test('what scores labels is no head of ids', () => {
  const { classifier, head } = rolesOf(textClassifier({ network, labels: 3 }).parameters)
  expect(classifier).toEqual(['output.head.weight', 'output.head.bias'])
  expect(head).toBeUndefined()
})

test('the blocks of an encoder-decoder are counted in two stacks', () => {
  const { parameters } = encoderDecoder({ ...sizes, pad: 0, encoderDepth: 1 })
  const places = [...listParameters(parameters).keys()].flatMap((name) => {
    const place = blockOf(name)
    expect(place !== undefined).toBe(roleOf(name) === 'block')
    return place === undefined ? [] : [`${place.stack}${place.block}`]
  })
  expect([...new Set(places)]).toEqual(['encoder.0', 'decoder.0', 'decoder.1'])
})

test('what paints pixels is told apart from what stands above other blocks', () => {
  const path = 'decoder.following.0.output'
  expect(['pixels', 'mask', 'hidden'].map((part) => roleOf(`${path}.${part}.weight`))).toEqual([
    'pixels',
    'pixels',
    'top',
  ])
})
