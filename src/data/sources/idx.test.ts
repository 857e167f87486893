import { describe, expect, it } from 'vitest'
import { contextOf, filesOf } from '../../../test/support/sources.js'
import { DataError } from '../../errors.js'
import type { Example } from '../example.js'
import type { Picture } from '../media/media.js'
import { idxSource } from './idx.js'

/** Two pictures of 3 x 2 pixels, labelled seven and zero. */
const images = [
  0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 3, 0, 255, 0, 0, 100, 0, 1, 2, 3, 4, 5, 6,
]
const labels = [0, 0, 8, 1, 0, 0, 0, 2, 7, 0]

const gzip = async (bytes: readonly number[]): Promise<Uint8Array> => {
  const stream = new Blob([Uint8Array.from(bytes)]).stream()
  const packed = stream.pipeThrough(new CompressionStream('gzip'))
  return new Uint8Array(await new Response(packed).arrayBuffer())
}

const read = async (imageFile: Uint8Array, labelFile: Uint8Array, end: '' | '.gz' = '') => {
  const files = await filesOf({
    [`mnist/train-images-idx3-ubyte${end}`]: imageFile,
    [`mnist/train-labels-idx1-ubyte${end}`]: labelFile,
  })
  const examples: Example[] = []
  const source = idxSource.examples({ path: 'mnist', part: 'train' }, contextOf(files))
  for await (const example of source) examples.push(example)
  return examples
}

const bytes = (...parts: number[][]) => Uint8Array.from(parts.flat())

describe('IDX files', () => {
  it('become pictures of ink on white paper', async () => {
    const examples = await read(bytes(images), bytes(labels))
    expect(examples.map(({ id }) => id)).toEqual(['train/00000', 'train/00001'])
    const { width, height, data } = examples[0]!.picture as Picture
    expect([width, height]).toEqual([3, 2])
    const gray = Array.from({ length: 6 }, (_, index) => data[index * 3])
    expect(gray).toEqual([255, 0, 255, 255, 155, 255])
    expect(data[3 * 4 + 2]).toBe(155)
  })

  it('get captions in both languages and several wordings', async () => {
    const [seven, zero] = await read(bytes(images), bytes(labels))
    const said = seven!.captions.map(({ text }) => text)
    expect(said).toContain('a handwritten seven')
    expect(said).toContain('手写数字七')
    expect(said.length).toBeGreaterThan(4)
    expect(zero!.captions.map(({ text }) => text)).toContain('手写数字零')
  })

  it('may be packed', async () => {
    const packed = await read(await gzip(images), await gzip(labels), '.gz')
    expect(packed).toEqual(await read(bytes(images), bytes(labels)))
  })

  it('are refused when they are damaged, cut short or do not belong together', async () => {
    const packed = await gzip(images)
    const packedLabels = await gzip(labels)
    const half = packed.subarray(0, packed.length / 2)
    const cases: [images: Uint8Array, labels: Uint8Array, end: '' | '.gz', message: RegExp][] = [
      [bytes(labels), bytes(labels), '', /images.*number 0x00000803, found 0x00000801/],
      [bytes(images.slice(0, -1)), bytes(labels), '', /images.*ends 1 bytes early/],
      [bytes(images), bytes(labels.slice(0, 7)), '', /labels.*ends 1 bytes early/],
      [bytes(images), bytes(labels.with(7, 3), [1]), '', /expected 2 labels .* found 3/],
      [bytes(images), bytes(labels.with(8, 10)), '', /label 0 is 10, expected 0 to 9/],
      [bytes(images.with(8, 255)), bytes(labels), '', /expected 1 to 4096 on a side/],
      [half, packedLabels, '.gz', /not a whole gzip file/],
      [bytes(images), packedLabels, '.gz', /not a whole gzip file/],
    ]
    for (const [imageFile, labelFile, end, message] of cases) {
      const failure: unknown = await read(imageFile, labelFile, end).catch((error) => error)
      expect(failure).toBeInstanceOf(DataError)
      expect((failure as DataError).message).toMatch(message)
    }
  })

  it('have to be there', async () => {
    const files = await filesOf({ 'mnist/other': '' })
    const source = idxSource.examples({ path: 'mnist', part: 'test' }, contextOf(files))
    await expect(source[Symbol.asyncIterator]().next()).rejects.toThrow(
      'mnist: expected t10k-images-idx3-ubyte.gz, found nothing',
    )
  })
})
