import sharp from 'sharp'
import { expect, test } from 'vitest'
import { createFakeCommandLine } from '../../../test/support/fake-command-line.js'
import { glowingQuestions } from '../../../test/support/glowing-clips.js'
import { tinyPixels } from '../../../test/support/tiny-image-tokenizer.js'
import { tinyClipModel } from '../../../test/support/tiny-model.js'
import { createRawClip } from '../../generation/pipelines/raw-clip.js'
import { createInlineRuntime } from '../../platform/node/runtime.js'

const { model } = await tinyClipModel(createInlineRuntime({ threads: 1 }), {}, glowingQuestions)
const { run, files, environment } = createFakeCommandLine({
  openClipModel: async () => ({ ...model, close: async () => {} }),
  findTask: async () => 'text-image',
})
const { media } = environment.platform
const clipOf = (frames: number) =>
  createRawClip(tinyPixels(frames), { size: 8, frames }, { files, media })
await clipOf(7).save('long.gif')
await clipOf(3).save('short.webp')
await clipOf(1).save('still.gif')

test('a longer clip is divided into parts with times, key frames and captions', async () => {
  const { exitCode, stdout } = await run('analyze', 'long.gif', '--fps', '4', '--json')
  expect(exitCode).toBe(0)
  const { file, frames, parts, sheet } = JSON.parse(stdout)
  expect([file, frames, sheet]).toEqual(['long.gif', 7, null])
  expect([parts[0].start, parts.at(-1).end, parts.at(-1).to]).toEqual([0, 7, 7 / 4])
  for (const [place, part] of parts.entries()) {
    if (place > 0) expect(part.start).toBe(parts[place - 1].end)
    expect(part.keyFrame >= part.start && part.keyFrame < part.end).toBe(true)
    expect(['dims', 'glows']).toContain(part.label)
    expect(part.attributes).toEqual({
      action: [{ label: part.label, score: part.score }],
      colour: [{ label: expect.any(String), score: expect.any(Number) }],
    })
    expect(typeof part.caption).toBe('string')
  }
})

test('times are those of the file, where it has some', async () => {
  await createRawClip(
    tinyPixels(7),
    { size: 8, frames: 7 },
    { files, media, framesPerSecond: 20 },
  ).save('fast.webp')
  await createRawClip(tinyPixels(7), { size: 8, frames: 7 }, { files, media }).save('strip.png')
  const timesOf = async (...words: string[]) => {
    const { fps, parts } = JSON.parse((await run('analyze', ...words, '--json')).stdout)
    return [fps, parts.at(-1).to]
  }
  expect(await timesOf('fast.webp')).toEqual([20, 7 / 20])
  expect(await timesOf('fast.webp', '--fps', '10')).toEqual([10, 7 / 10])
  expect(await timesOf('strip.png')).toEqual([8, 7 / 8])
})

test('people read a table, and a strip with a ruler', async () => {
  const { exitCode, stdout } = await run('analyze', 'long.gif', '--out', 'long.png')
  expect(exitCode).toBe(0)
  expect(stdout).toMatch(/^frames +seconds +key +what +score +caption\n0-\d/)
  expect(stdout).toMatch(/long\.png\n$/)
  const sheet = sharp(await files.read('long.png'))
  const { width } = await sheet.metadata()
  expect(width).toBeGreaterThan(7 * 8)
  // Neither blank nor of one colour.
  const { channels, entropy } = await sheet.stats()
  expect(channels.every(({ stdev }) => stdev > 5)).toBe(true)
  expect(entropy).toBeGreaterThan(1)
})

test('what is no longer clip, or cannot be written, is refused before any work', async () => {
  for (const [words, message] of [
    [['still.gif'], /^still\.gif: it has one frame, in which nothing happens; give it two/],
    [['nowhere.gif'], /^nowhere\.gif: there is no such file or folder/],
    [['long.gif', '--out', 'long.gif'], /expected a name that ends in \.png, got long\.gif/],
    [['long.gif', '--out', 'no/folder.png'], /^no: the folder does not exist/],
    [['film.mp4'], /^film\.mp4: there is no such file/],
  ] as const) {
    const { exitCode, stdout, stderr } = await run('analyze', ...words)
    const isOfUsage = /name that ends in/.test(stderr)
    expect([exitCode, stdout]).toEqual([isOfUsage ? 2 : 1, ''])
    expect(stderr).toMatch(message)
    expect(stderr.trim().split('\n')).toHaveLength(1)
  }
})

test('a clip is classified where the model is one of clips', async () => {
  const words = ['classify', 'short.webp', 'long.gif', '--model', 'mine'] as const
  const { clips } = JSON.parse((await run(...words, '--top-k', '3', '--json')).stdout)
  expect(clips.map(({ file }: { file: string }) => file)).toEqual(['short.webp', 'long.gif'])
  for (const { attributes } of clips) {
    expect(Object.keys(attributes)).toEqual(['action', 'colour'])
    const scores = attributes.colour.map(({ score }: { score: number }) => score)
    expect(scores).toEqual(scores.toSorted((a: number, b: number) => b - a))
    expect(scores.reduce((sum: number, one: number) => sum + one)).toBeCloseTo(1)
  }
  expect((await run(...words)).stdout).toMatch(/^action {2}\S+ +0\.\d+ {2}short\.webp\ncolour/)
})

test('no clip, a still one and options of texts are refused', async () => {
  for (const [words, message] of [
    [[], /expected a clip, got nothing/],
    [['still.gif'], /^still\.gif: it has one frame/],
    [['short.webp', '--file', 'texts.txt'], /^--file: clips are named as they are/],
  ] as const) {
    const { exitCode, stderr } = await run('classify', ...words, '--model', 'mine')
    expect(exitCode).not.toBe(0)
    expect(stderr).toMatch(message)
  }
})
