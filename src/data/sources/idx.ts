/**
 * Handwritten digits in the IDX format of MNIST: pictures and labels in two files, packed with gzip
 * or not. Format: http://yann.lecun.com/exdb/mnist/.
 */

import { z } from 'zod'
import { DataError } from '../../errors.js'
import { type Files, joinPath } from '../../storage/files.js'
import type { Caption } from '../example.js'
import { openStream, type TakeBytes } from '../gunzip.js'
import type { Picture } from '../media/media.js'
import { defineSource } from '../source.js'

const parts = {
  train: ['train-images-idx3-ubyte', 'train-labels-idx1-ubyte'],
  test: ['t10k-images-idx3-ubyte', 't10k-labels-idx1-ubyte'],
} as const

/** IDX magic numbers: unsigned bytes in three dimensions and in one. */
const imagesMagic = 0x803
const labelsMagic = 0x801
const largestSide = 4096

export const idxSource = defineSource({
  kind: 'idx',
  summary: 'handwritten digits in the IDX files of MNIST',
  options: z.strictObject({
    path: z.string().min(1).describe('the folder of the IDX files, packed (.gz) or not'),
    part: z.enum(['train', 'test']).default('train').describe('which of the two parts'),
  }),
  async *examples({ path, part }, { files }) {
    const [imagesPath, labelsPath] = await Promise.all(
      parts[part].map((name) => findFile(files, path, name)),
    )
    const takeImages = openStream(files, imagesPath!)
    const takeLabels = openStream(files, labelsPath!)
    const [count, height, width] = await readHeader(takeImages, imagesPath!, imagesMagic)
    const [labelCount] = await readHeader(takeLabels, labelsPath!, labelsMagic)
    if (count !== labelCount) {
      throw new DataError(
        `${labelsPath}: expected ${count} labels as ${imagesPath} has pictures, found ${labelCount}; download both again`,
      )
    }
    for (let index = 0; index < count!; index++) {
      const gray = await takeImages(width! * height!)
      const label = (await takeLabels(1))[0]!
      const captions = digitCaptions[label]
      if (captions === undefined) {
        throw new DataError(`${labelsPath}: label ${index} is ${label}, expected 0 to 9`)
      }
      const id = `${part}/${String(index).padStart(5, '0')}`
      yield { id, group: id, picture: inkOnPaper(gray, width!, height!), captions }
    }
  },
})

const findFile = async (files: Files, folder: string, name: string): Promise<string> => {
  for (const candidate of [`${name}.gz`, name]) {
    const path = joinPath(folder, candidate)
    if ((await files.stat(path)) !== undefined) return path
  }
  throw new DataError(`${folder}: expected ${name}.gz, found nothing; put the MNIST files there`)
}

/** The dimensions after the magic number, big-endian 32-bit numbers. */
const readHeader = async (take: TakeBytes, path: string, magic: number): Promise<number[]> => {
  const read = async () => {
    const bytes = await take(4)
    return new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0)
  }
  const found = await read()
  if (found !== magic) {
    throw new DataError(
      `${path}: expected the IDX magic number ${hexadecimal(magic)}, found ${hexadecimal(found)}; download it again`,
    )
  }
  const dimensions: number[] = []
  for (let dimension = 0; dimension < (magic & 0xff); dimension++) dimensions.push(await read())
  if (dimensions.slice(1).some((side) => side < 1 || side > largestSide)) {
    throw new DataError(
      `${path}: pictures of ${dimensions.slice(1).join(' x ')} pixels; expected 1 to ${largestSide} on a side`,
    )
  }
  return dimensions
}

const hexadecimal = (value: number): string => `0x${value.toString(16).padStart(8, '0')}`

/** MNIST stores ink as bright; here it is dark on white paper like other pictures. */
const inkOnPaper = (gray: Uint8Array, width: number, height: number): Picture => {
  const data = new Uint8Array(gray.length * 3)
  for (let index = 0; index < gray.length; index++) {
    data.fill(255 - gray[index]!, index * 3, index * 3 + 3)
  }
  return { width, height, channels: 3, data }
}

const englishDigits = 'zero one two three four five six seven eight nine'.split(' ')
const chineseDigits = [...'零一二三四五六七八九']

/** By label, in several wordings of each language. */
const digitCaptions: readonly (readonly Caption[])[] = englishDigits.map((english, digit) => {
  const chinese = chineseDigits[digit]!
  return [
    { language: 'en', text: `a handwritten ${english}`, weight: 4 },
    { language: 'en', text: `handwritten digit ${english}` },
    { language: 'en', text: `handwritten ${digit}` },
    { language: 'en', text: `the digit ${english} written by hand` },
    { language: 'zh', text: `手写数字${chinese}`, weight: 4 },
    { language: 'zh', text: `手写的${chinese}` },
    { language: 'zh', text: `手写数字 ${digit}` },
    { language: 'zh', text: `一个手写的数字${chinese}` },
  ]
})
