import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { createFakeCommandLine } from '../../../test/support/fake-command-line.js'
import { blankPicture } from '../../../test/support/pictures.js'
import { spritesFolder } from '../../../test/support/sprites.js'
import { createNodeFiles } from '../../platform/node/files.js'
import { createNodeMedia } from '../../platform/node/media.js'

afterEach(() => void vi.unstubAllEnvs())

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
    expect(JSON.parse(stdout)).toMatchObject({
      good: 0,
      faults: { count: 3, first: [{ line: 2 }] },
    })
  })

  test('reads sprites, and names a sheet that is missing', async () => {
    const { environment, run } = createFakeCommandLine()
    const choices = Object.entries({
      clips: 3,
      sexes: '[female]',
      skins: '[light]',
      hairStyles: '[plain]',
      hairColours: '[red]',
      clothes: '[shirt]',
      headgear: '[]',
      actions: '[walk]',
    }).map(([key, value]) => `${key}: ${value}`)
    const source = `{ kind: sprites, path: ${spritesFolder}, ${choices.join(', ')} }`
    const text = `task: image-tokenizer\nframes: 8\ndata: { source: ${source} }\ntraining: { steps: 1 }\n`
    const files = createNodeFiles()
    const platform = { ...environment.platform, files }
    const check = async (recipe: string) => {
      const path = join(await mkdtemp(join(tmpdir(), 'sprites-')), 'recipe.yaml')
      await files.write(path, recipe)
      Object.assign(environment, { platform })
      const result = await run('data', 'check', path)
      await rm(dirname(path), { recursive: true })
      return result
    }
    expect(await check(text)).toMatchObject({ exitCode: 0, stdout: '3 good, 0 with faults\n' })
    const { exitCode, stdout, stderr } = await check(text.replace('[red]', '[blue]'))
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' })
    expect(stderr).toBe(
      `sprites: the sheet ${spritesFolder}/hair/female/plain/blue.png is missing; copy the data set again, or leave out what needs it\n`,
    )
  })

  test('names clips that cannot be used', async () => {
    const { run, files } = await createFake()
    const rows = ['still.png', 'torn.gif', 'film.mp4'].map((name) =>
      JSON.stringify({ file_name: name, text: 'a clip' }),
    )
    const still = await createNodeMedia().encodePng(blankPicture(4, 4))
    await files.write('data/birds/metadata.jsonl', rows.join('\n'))
    await files.write('data/birds/still.png', still)
    await files.write('data/birds/torn.gif', 'GIF89a')
    await files.write('data/birds/film.mp4', 'no film')
    vi.stubEnv('PATH', '')
    const { exitCode, stdout } = await run(
      ...['data', 'check', 'birds.yaml', '--set', 'frames=8'],
      ...['--set', 'data.source={kind: clip-folder, path: birds}'],
    )
    expect(exitCode).toBe(1)
    const lines = stdout.trim().split('\n')
    expect(lines).toHaveLength(4)
    expect(lines[0]).toMatch(/^data\/birds\/still.png: the clip has one frame; /)
    expect(lines[1]).toMatch(/^data\/birds\/torn.gif: /)
    expect(lines[2]).toMatch(/^data\/birds\/film.mp4: .* ffmpeg, which is not on the path; /)
    expect(lines[3]).toBe('0 good, 3 with faults')
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

describe('checking texts with labels', () => {
  const recipe = (data: string) =>
    `task: text-classification\ndata: ${data}\ntraining: { steps: 5 }\n`
  const table = Array.from({ length: 40 }, (_, row) => `text ${row}\t${row % 4 ? 'often' : 'rare'}`)

  const check = async (data: string, rows: readonly string[], ...options: string[]) => {
    const { run, files } = createFakeCommandLine()
    await files.write('sort.yaml', recipe(data))
    await files.write('rows.tsv', rows.join('\n'))
    await files.write('test.tsv', 'a text\tunknown\nanother\trare\n')
    return run('data', 'check', 'sort.yaml', ...options)
  }

  test('counts the rows of each label and part', async () => {
    const { exitCode, stdout } = await check('{ path: rows.tsv, validation: 0.2 }', table)
    expect(exitCode).toBe(0)
    expect(stdout.split('\n')).toEqual([
      'rows.tsv: no header, the columns are called text, label',
      '24  often',
      ' 8  rare',
      '32  rows to train on',
      ' 8  to measure on while training',
      ' 0  to measure on at the end',
      '40 good, 0 with faults',
      '',
    ])
  })

  test('names rows that cannot be used, of all parts, and the exit code is 1', async () => {
    const rows = [...table, 'no label', '\toften']
    const { exitCode, stdout } = await check('{ path: rows.tsv, test: test.tsv }', rows)
    expect(exitCode).toBe(1)
    const [ragged, empty, unknown] = stdout.split('\n')
    expect(ragged).toMatch(/^rows\.tsv:41: expected 2 fields as in the first row, found 1/)
    expect(empty).toMatch(/^rows\.tsv:42: "text": the text is empty/)
    expect(unknown).toMatch(/^test\.tsv:1: the label unknown is none of those .*: often, rare;/)
    expect(stdout).toMatch(/\n41 good, 3 with faults\n$/)
  })

  test('describes as many faults as are asked for, and counts all', async () => {
    const data = '{ path: rows.tsv, test: test.tsv }'
    const rows = [...table, 'no label', '\toften']
    const { stdout } = await check(data, rows, '--faults', '1')
    expect(stdout).toMatch(/^rows\.tsv:41: [^\n]+\n\.\.\. and 2 more\nrows\.tsv: no header/)
    const json = await check(data, rows, '--faults', '1', '--json')
    expect(JSON.parse(json.stdout)).toMatchObject({
      labels: { often: 27, rare: 9 },
      training: 36,
      validation: 4,
      test: 1,
      faults: { count: 3, first: [{ file: 'rows.tsv', line: 41 }] },
    })
  })

  test('gives labels the names of a file', async () => {
    const { run, files } = createFakeCommandLine()
    await files.write('sort.yaml', recipe('{ path: rows.tsv, names: class.txt }'))
    await files.write('class.txt', 'calm\nloud\n')
    const rows = Array.from({ length: 20 }, (_, row) => `text ${row}\t${row % 2}`)
    await files.write('rows.tsv', [...rows, 'beyond\t2'].join('\n'))
    const { exitCode, stdout } = await run('data', 'check', 'sort.yaml')
    expect(exitCode).toBe(1)
    expect(stdout.split('\n').slice(0, 4)).toEqual([
      'rows.tsv:21: "label": expected a number from 0 to 1, found 2',
      'rows.tsv: no header, the columns are called text, label',
      ' 9  calm',
      ' 9  loud',
    ])
  })
})

describe('checking tables', () => {
  const checkWith = async (recipe: string, tables: Readonly<Record<string, string>>) => {
    const { run, files } = createFakeCommandLine()
    await files.write('mine.yaml', recipe)
    for (const [path, text] of Object.entries(tables)) await files.write(path, text)
    const { stdout, stderr } = await run('data', 'check', 'mine.yaml')
    return stdout || stderr
  }
  const classify = (data: string) =>
    `task: text-classification\ndata:\n  path: rows.csv\n${data}training: { steps: 5 }\n`
  const pairs = (data: string) =>
    `task: text-pairs\ndata:\n  path: rows.csv\n${data}training: { steps: 5 }\n`
  const texts = (data: string) =>
    `task: language-model\ndata:\n  path: rows.csv\n${data}training: { steps: 5 }\n`
  const lines = Array.from({ length: 40 }, (_, row) => [`text ${row}`, `label ${row % 2}`])
  const tableOf = (header: string, separator = ',') =>
    [header, ...lines.map((fields) => fields.join(separator))].join('\n')

  test.each([
    [classify('  label: labl\n'), '4:10  data.label: rows.csv has no column labl;'],
    [classify('  text: "{txt} {label}"\n'), '4:9  data.text: rows.csv has no column txt;'],
    [classify('  columns: [text, widht]\n'), '4:12  data.columns: rows.csv has no column widht;'],
    [pairs('  source: txet\n  target: label\n'), '4:11  data.source: rows.csv has no column txet;'],
    [pairs('  source: text\n  target: goal\n'), '5:11  data.target: rows.csv has no column goal;'],
    [texts('  field: txt\n'), '4:10  data.field: rows.csv has no column txt;'],
    [texts('  field: [one, two]\n'), '4:10  data.field: rows.csv has no column one;'],
    [texts('  conversations: talk\n'), '4:18  data.conversations: rows.csv has no column talk;'],
  ])(
    'names the place in the recipe of a column that they do not have',
    async (recipe, expected) => {
      const told = await checkWith(recipe, { 'rows.csv': tableOf('text,label') })
      expect(told.startsWith(`mine.yaml:${expected} it has text, label.`)).toBe(true)
      expect(told.split('\n')).toHaveLength(2)
    },
  )

  test('suggests the column that was meant, and that the first row may be no header', async () => {
    const tables = { 'rows.csv': tableOf('text,label') }
    expect(await checkWith(classify('  label: labl\n'), tables)).toBe(
      'mine.yaml:4:10  data.label: rows.csv has no column labl; it has text, label. Did you mean label?\n',
    )
    expect(await checkWith(classify('  text: remark\n  label: opinion\n'), tables)).toBe(
      'mine.yaml:4:9  data.text: rows.csv has no column remark; it has text, label.' +
        ' Or say "header: absent" where the first row is one like the others.\n',
    )
  })

  test('of JSON lines are read up to a row that has the column', async () => {
    const rows = lines.map(([text, label], row) =>
      JSON.stringify(row < 30 ? { text } : { text, label }),
    )
    const recipe = classify('').replace('rows.csv', 'rows.jsonl')
    expect(await checkWith(recipe, { 'rows.jsonl': rows.join('\n') })).toContain(
      '10 good, 30 with faults',
    )
    const without = rows.map((row) => row.replace('label"', 'labl"'))
    expect(await checkWith(recipe, { 'rows.jsonl': without.join('\n') })).toBe(
      'mine.yaml:2:1  data.label: rows.jsonl has no column label; it has text, labl. Did you mean labl?\n',
    )
  })

  test('may have a column in one of them alone', async () => {
    const recipe = texts('').replace('path: rows.csv', 'path: [rows.csv, more.csv]')
    const told = await checkWith(recipe, {
      'rows.csv': tableOf('text,label'),
      'more.csv': 'a,b\nc,d',
    })
    expect(told).toContain('more.csv: expected a first row that names text, found a, b;')
    expect(told).toContain('40 good, 1 with faults')
  })

  test('without a header are refused with what to say', async () => {
    const tables = { 'rows.csv': tableOf('a text,label 1') }
    const like =
      'rows.csv: the first row (a text, label 1) is one like the others and names no columns;'
    expect(await checkWith(classify(''), tables)).toBe(
      `mine.yaml:2:1  data.header: ${like} say "header: absent", or name them by "header: [text, label]"\n`,
    )
    expect(await checkWith(pairs(''), tables)).toBe(
      `mine.yaml:2:1  data.header: ${like} say "header: absent", and name them by "columns: [source, target]"\n`,
    )
    for (const said of ['absent', '[text, label]']) {
      const told = await checkWith(classify(`  header: ${said}\n`), tables)
      expect(told).toContain('rows.csv: no header, the columns are called text, label\n')
      expect(told).toContain('41 good')
    }
    const named = classify('  header: [remark, opinion]\n  text: remark\n  label: opinion\n')
    expect(await checkWith(named, tables)).toContain('41 good')
  })

  test('with semicolons or tabs in the place of commas are read, and that is said', async () => {
    for (const [separator, name] of [
      [';', 'semicolons'],
      ['\t', 'tabs'],
    ] as const) {
      const table = tableOf(`text${separator}label`, separator)
      const told = await checkWith(classify(''), { 'rows.csv': table })
      expect(told).toContain(`rows.csv: ${name} stand between its fields\n`)
      expect(told).toContain('40 good')
    }
  })

  test('are no folders', async () => {
    const recipe = classify('').replace('rows.csv', 'tables')
    expect(await checkWith(recipe, { 'tables/rows.csv': tableOf('text,label') })).toBe(
      'tables: expected a table, found a folder; name a file in it, such as tables/rows.csv\n',
    )
  })
})

describe('checking texts', () => {
  const texts = `
task: language-model
data:
  path: texts.tsv
  field: gloss
training: { steps: 5 }
`

  const check = async (table: string, ...options: string[]) => {
    const { run, environment } = createFakeCommandLine()
    await environment.platform.files.write('texts.yaml', texts)
    await environment.platform.files.write('texts.tsv', table)
    return run('data', 'check', 'texts.yaml', ...options)
  }

  test('counts documents, what filters did, characters and languages', async () => {
    const { exitCode, stdout } = await check('id\tgloss\n1\ta thing\n2\t山水\n3\ta thing\n')
    expect(exitCode).toBe(0)
    expect(stdout.split('\n')).toEqual([
      '     3  documents',
      '     1  dropped for exact duplicates',
      '     2  kept',
      '     9  characters in them',
      '50.0 %  English, by script',
      '50.0 %  Chinese',
      ' 0.0 %  others',
      'The longest documents, in characters:',
      '7  texts.tsv:2',
      '2  texts.tsv:3',
      '2 good, 0 with faults',
      '',
    ])
  })

  test('names file, line and fault of rows that cannot be used, and the exit code is 1', async () => {
    const { exitCode, stdout } = await check('id\tgloss\n1\n2\t \n3\tgood\n')
    expect(exitCode).toBe(1)
    expect(stdout).toMatch(/^texts\.tsv:2: expected 2 fields as in the first row, found 1/)
    expect(stdout).toMatch(/\ntexts\.tsv:3: "gloss": the text is empty/)
    expect(stdout).toMatch(/\n1 good, 2 with faults\n$/)
  })

  test('gives the same as JSON', async () => {
    const { stdout } = await check('gloss\na thing\n', '--json')
    expect(JSON.parse(stdout)).toMatchObject({ documents: 1, kept: 1, faults: { count: 0 } })
  })
})
