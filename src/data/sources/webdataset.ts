/**
 * WebDataset shards: tar archives in which files that follow each other and share a name up to its
 * first dot form one example: `000123.jpg`, `000123.txt`. Nothing is unpacked to the disk.
 */

import { z } from 'zod'
import { DataError } from '../../errors.js'
import { baseName } from '../../storage/files.js'
import { type Caption, type Example, languageOf } from '../example.js'
import { hasPictureName, maximumPictureBytes } from '../media/media.js'
import { defineSource, reportFault, type SourceContext } from '../source.js'
import { flippableSchema } from './flippable.js'
import { readTar, type TarEntry } from './tar.js'

/** Bytes of a text or JSON entry at most; pictures have the limits of their decoder. */
const longestText = 2 ** 20

export const webdatasetSource = defineSource({
  kind: 'webdataset',
  summary: 'tar shards of pictures with .txt or .json beside them',
  options: z.strictObject({
    path: z.string().min(1).describe('a .tar file, or a folder of them'),
    flippable: flippableSchema,
  }),
  async *examples({ path, flippable }, context) {
    for (const shard of await findShards(path, context)) {
      for await (const sample of samplesOf(readTar(shard, context))) {
        const example = await readSample(shard, sample, context)
        if (example !== undefined) yield { ...example, flippable }
      }
    }
  },
})

const findShards = async (path: string, { files }: SourceContext): Promise<string[]> => {
  if ((await files.stat(path))?.kind === 'file') return [path]
  const shards = (await files.list(path))
    .map((entry) => entry.path)
    .filter((one) => /\.tar$/.test(one))
  if (shards.length > 0) return shards
  throw new DataError(`${path}: there are no .tar files here; unpack .tar.gz with gunzip first`)
}

interface Sample {
  readonly key: string
  readonly entries: readonly TarEntry[]
}

async function* samplesOf(entries: AsyncIterable<TarEntry>): AsyncGenerator<Sample> {
  let current: TarEntry[] = []
  for await (const entry of entries) {
    if (current[0] !== undefined && keyOf(current[0]) !== keyOf(entry)) {
      yield { key: keyOf(current[0]), entries: current }
      current = []
    }
    current.push(entry)
  }
  if (current[0] !== undefined) yield { key: keyOf(current[0]), entries: current }
}

/** The path up to the first dot of its last part. */
const keyOf = ({ path }: TarEntry): string => {
  const name = baseName(path)
  return path.slice(0, path.length - name.length) + name.split('.')[0]
}

const readSample = async (
  shard: string,
  { key, entries }: Sample,
  context: SourceContext,
): Promise<Example | undefined> => {
  const fail = (name: string, message: string): undefined => {
    reportFault(context, { file: `${shard}/${name}`, message })
  }
  const read = ({ start, end }: TarEntry) => context.files.readRange(shard, start, end)

  const picture = entries.find(({ path }) => hasPictureName(path))
  if (picture === undefined) return fail(key, 'no picture among its files; add one or remove it')
  if (picture.end - picture.start > maximumPictureBytes) {
    return fail(picture.path, 'the picture file is larger than 64 MiB; save it smaller')
  }
  const captions: Caption[] = []
  for (const entry of entries) {
    if (!/\.(txt|json)$/.test(entry.path)) continue
    if (entry.end - entry.start > longestText) {
      fail(entry.path, 'the text is larger than 1 MiB; shorten it')
      continue
    }
    const text = new TextDecoder().decode(await read(entry))
    const said = entry.path.endsWith('.txt') ? text : textOfJson(text)
    if (said === undefined) fail(entry.path, 'expected JSON with a "text" or "caption"')
    else if (said.trim() !== '') captions.push({ language: languageOf(said), text: said.trim() })
  }
  if (captions.length === 0) return fail(key, 'no text among its files; add a .txt or .json')
  const id = `${baseName(shard)}/${key}`
  return {
    id,
    group: id,
    picture: { name: `${shard}/${picture.path}`, bytes: await read(picture) },
    captions,
  }
}

const textOfJson = (json: string): string | undefined => {
  try {
    const { text, caption } = Object(JSON.parse(json))
    const said: unknown = text ?? caption
    return typeof said === 'string' ? said : undefined
  } catch {
    return undefined
  }
}
