import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { createFakeCommandLine } from '../../../test/support/fake-command-line.js'
import { readTextTokenizer } from '../../tokenizers/text/index.js'

const createFake = async (content: string | Uint8Array) => {
  const line = createFakeCommandLine()
  await line.files.write('text.txt', content)
  return line
}

const text = 'the cat sat on the mat\n猫坐在垫子上\n'.repeat(50)

describe('training a tokenizer', () => {
  test('writes a tokenizer of the wanted size that encodes the text', async () => {
    const { run, files } = await createFake(text)
    await files.createFolder('out')
    const { exitCode, stdout } = await run(
      ...['tokenizer', 'train', 'text.txt', '--vocabulary', '280', '--out', 'out/tokens.json'],
    )
    expect(exitCode).toBe(0)
    const tokenizer = await readTextTokenizer(files, 'out/tokens.json')
    expect(tokenizer.vocabularySize).toBe(280)
    expect(tokenizer.decode(tokenizer.encode(text))).toBe(text)
    const characters = text.length / tokenizer.encode(text).length
    expect(stdout).toContain('280 tokens of ')
    expect(Number(stdout.split(' ')[3])).toBeCloseTo(characters, 1)
  })

  test('gives the special tokens that are asked for the first ids', async () => {
    const { run, files } = await createFake(text)
    await run(...['tokenizer', 'train', 'text.txt', '--special', '<a>', '--special', '<b>'])
    const tokenizer = await readTextTokenizer(files, 'tokenizer.json')
    expect([tokenizer.idOf('<a>'), tokenizer.idOf('<b>')]).toEqual([0, 1])
  })
})

test('a folder that does not exist is named before anything is read', async () => {
  const { run } = createFakeCommandLine()
  expect(await run('tokenizer', 'train', 'nothing.txt', '--out', 'out/tokens.json')).toEqual({
    exitCode: 1,
    stdout: '',
    stderr: 'out: the folder does not exist. Create it first, or name another place by --out.\n',
  })
})

test('a text without a line break, and one that is packed, are read piece by piece', async () => {
  const line = 'the cat sat on the mat 猫'.repeat(200_000)
  const { run, files } = await createFake(line)
  await files.write('packed.txt.gz', gzipSync('the cat sat on the mat 猫'.repeat(50)))
  for (const name of ['text.txt', 'packed.txt.gz']) {
    const { exitCode } = await run('tokenizer', 'train', name, '--vocabulary', '280')
    expect(exitCode).toBe(0)
    const tokenizer = await readTextTokenizer(files, 'tokenizer.json')
    expect(tokenizer.encode('the cat sat on the mat').length).toBeLessThan(15)
  }
})

describe('what is no text', () => {
  test.each([
    ['nothing.txt', 'nothing.txt: there is no such file; check the path\n'],
    ['text.txt', 'text.txt: the file is empty; choose one with text\n'],
  ])('%s is refused', async (name, message) => {
    const { run } = await createFake('')
    expect(await run('tokenizer', 'train', name)).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: message,
    })
  })

  test.each([
    [[0x89, 0x50, 0xff], 'the byte 0x89 is not UTF-8; save the file as UTF-8'],
    [[0xff, 0xfe, 0x61, 0], 'the text is UTF-16; save the file as UTF-8'],
  ])('such as bytes of something else is refused: %j', async (bytes, message) => {
    const { run } = await createFake(Uint8Array.from(bytes))
    const { exitCode, stderr } = await run('tokenizer', 'train', 'text.txt')
    expect(exitCode).toBe(1)
    expect(stderr).toBe(`text.txt: ${message}\n`)
  })
})
