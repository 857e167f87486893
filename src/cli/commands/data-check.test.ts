import { describe, expect, test } from 'vitest'
import { createFakeCommandLine } from '../../../test/support/fake-command-line.js'
import { blankPicture } from '../../data/media.js'

const recipe = `
task: image-tokenizer
data:
  source: { kind: folder, path: birds }
training: { steps: 5 }
`

const createFake = async () => {
  const line = createFakeCommandLine()
  const { files, media } = line.environment.platform
  await files.write('birds.yaml', recipe)
  await files.write('data/birds/owl.png', await media.encodePng(blankPicture(4, 4)))
  await files.write('data/birds/torn.png', 'no picture')
  const tableOf = (...names: string[]) =>
    files.write(
      'data/birds/metadata.csv',
      ['file_name,text', ...names.map((name) => `${name},a bird`)].join('\n'),
    )
  return { ...line, tableOf }
}

describe('checking data', () => {
  test('counts what is good', async () => {
    const { run, tableOf } = await createFake()
    await tableOf('owl.png')
    const { exitCode, stdout } = await run('data', 'check', 'birds.yaml')
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: '1 good, 0 with faults\n' })
  })

  test('names file, line and fault of what is not, and the exit code is 1', async () => {
    const { run, tableOf } = await createFake()
    await tableOf('owl.png', 'gone.png', 'torn.png')
    const { exitCode, stdout } = await run('data', 'check', 'birds.yaml')
    expect(exitCode).toBe(1)
    const [gone, torn, count] = stdout.split('\n')
    expect(gone).toMatch(/^data\/birds\/metadata\.csv:3: there is no picture "gone\.png"/)
    expect(torn).toMatch(/^data\/birds\/torn\.png: /)
    expect(count).toBe('1 good, 2 with faults')
  })

  test('describes as many faults as are asked for, and counts all', async () => {
    const { run, tableOf } = await createFake()
    await tableOf('one.png', 'two.png', 'three.png')
    const { stdout } = await run('data', 'check', 'birds.yaml', '--faults', '1', '--json')
    expect(JSON.parse(stdout)).toMatchObject({ good: 0, bad: 3, faults: [{ line: 2 }] })
  })

  test('says where a public data set that is missing can be had', async () => {
    const { run } = await createFake()
    const { exitCode, stderr } = await run(
      ...['data', 'check', 'birds.yaml', '--set', 'data.source={kind: idx, path: mnist}'],
    )
    expect(exitCode).toBe(1)
    expect(stderr).toMatch(/data\/mnist\/.* is missing; get it from/)
  })
})
