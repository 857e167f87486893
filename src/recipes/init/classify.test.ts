import { describe, expect, test } from 'vitest'
import { createMemoryFiles } from '../../../test/support/memory-files.js'
import { parseRecipe } from '../parse-recipe.js'
import { prepareLabelledData } from '../run/text-classification/labelled-data.js'
import type { TextClassificationRecipe } from '../tasks/text-classification.js'
import { writeClassifyRecipe } from './classify.js'
import { lookAtTable } from './table-look.js'

const write = async (name: string, lines: readonly string[]) => {
  const files = createMemoryFiles()
  await files.write(name, lines.join('\n'))
  const text = writeClassifyRecipe(await lookAtTable(files, name))
  const recipe = parseRecipe(text, { name: 'recipe.yaml' }) as TextClassificationRecipe
  return { text, recipe, files }
}

const repeat = (count: number, line: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => line(index))

describe('a recipe for a table that nobody has seen', () => {
  test('finds text and label by what they look like, and gives reasons', async () => {
    const { text, recipe } = await write('my reviews.csv', [
      'id,remark,opinion',
      ...repeat(
        60,
        (index) => `${index},a remark of some words number ${index},${index % 3 ? 'good' : 'no'}`,
      ),
    ])
    expect(recipe.data).toMatchObject({ path: 'my reviews.csv', text: 'remark', label: 'opinion' })
    expect(recipe.text.kind).toBe('byte-pair')
    expect(text.match(/^ *# /gm)!.length).toBeGreaterThan(8)
  })

  test('says what it takes the first row for, and so training does', async () => {
    const rows = repeat(60, (index) => `a remark number ${index}\t${index % 3 ? 'good' : 'no'}`)
    for (const [first, header, label] of [
      [['remark\topinion'], 'present', 'opinion'],
      [['text\tlabel'], 'present', 'label'],
      [[], 'absent', 'label'],
    ] as const) {
      const { text, recipe, files } = await write('rows.tsv', [...first, ...rows])
      expect(recipe.data).toMatchObject({ header, label })
      expect(text).toMatch(/^ {2}# The first row .*seems to (be|name)/m)
      const environment = { files, dataFolder: 'data' }
      const { labels, training, validation } = await prepareLabelledData(recipe.data, {
        ...{ seed: 1, environment },
      })
      expect(labels).toEqual(['good', 'no'])
      expect(training.length + validation.length).toBe(60)
    }
  })

  test('finds out that a CSV file has no header, and so training does', async () => {
    const rows = repeat(60, (index) => `a remark number ${index},${index % 3 ? 'good' : 'no'}`)
    const { text, recipe, files } = await write('rows.csv', rows)
    expect(recipe.data).toMatchObject({ header: 'absent', text: 'text', label: 'label' })
    expect(text).toContain(
      '  # The first row (a remark number 0, no) seems to be one like the others, so the columns are called text and label;',
    )
    const environment = { files, dataFolder: 'data' }
    const { training, validation } = await prepareLabelledData(recipe.data, {
      ...{ seed: 1, environment },
    })
    expect(training.length + validation.length).toBe(60)
    const named = await write('named.csv', ['remark,opinion', ...rows])
    expect(named.recipe.data).toMatchObject({ header: 'present', text: 'remark', label: 'opinion' })
    expect(named.text).toContain('  # The first row (remark, opinion) seems to name the columns;')
  })

  test('gives names by what they hold to columns in another order', async () => {
    const news = await write(
      'news.csv',
      repeat(60, (index) => `${index % 3},title ${index},"a text that is longer, ${index}"`),
    )
    expect(news.recipe.data).toMatchObject({
      ...{ header: ['label', 'column 2', 'text'], text: 'text', label: 'label' },
    })
    expect(news.text).toContain('so the columns get these names;')
    const flowers = await write(
      'flowers.csv',
      repeat(60, (index) => `${index / 7},${(index % 9) / 2},kind ${index % 2}`),
    )
    expect(flowers.recipe.data).toMatchObject({
      ...{ header: ['column 1', 'column 2', 'label'], label: 'label' },
      columns: ['column 1', 'column 2'],
    })
  })

  test('says which separators it found, and asks for numbers with points', async () => {
    const { text, recipe } = await write('remarks.csv', [
      'remark;opinion',
      ...repeat(60, (index) => `well, remark ${index};${index % 3 ? 'good' : 'no'}`),
    ])
    expect(recipe.data).toMatchObject({ text: 'remark', label: 'opinion' })
    expect(text).toContain('  # Semicolons stand between its fields.\n')
    const sizes = repeat(60, (index) => `${index},5;${index % 7};${index % 3 ? 'good' : 'no'}`)
    await expect(write('sizes.csv', ['width;height;kind', ...sizes])).rejects.toThrow(
      'sizes.csv: expected numbers with points, found 0,5 in the column width; write them with points',
    )
  })

  test('shows a first row with line breaks on one line', async () => {
    const rows = repeat(60, (index) => `"a remark\nnumber: [${index}",${index % 3 ? 'good' : 'no'}`)
    const { text, recipe } = await write('rows.csv', rows)
    expect(recipe.data).toMatchObject({ header: 'absent', text: 'text', label: 'label' })
    expect(text).toContain('  # The first row (a remark number: [0, no) seems')
  })

  test('has no use for a column without any value', async () => {
    const { recipe } = await write('flowers.csv', [
      'height,width,notes,kind',
      ...repeat(60, (index) => `${index / 7},${(index % 9) / 2},,kind ${index % 2}`),
    ])
    expect(recipe.data).toMatchObject({ columns: ['height', 'width'], label: 'kind' })
  })

  test('takes characters for Chinese, and a context for nearly all texts', async () => {
    const { recipe } = await write(
      'titles.tsv',
      repeat(2000, (index) => `${'一二三四五六七八九十'.slice(index % 10)}新闻标题\t${index % 4}`),
    )
    expect(recipe.text.kind).toBe('characters')
    expect(recipe.model.context).toBe(16)
  })

  test('takes numbers where there is no text', async () => {
    const { recipe } = await write('flowers.csv', [
      'height,width,kind',
      ...repeat(40, (index) => `${index / 7},${index % 9},kind ${index % 2}`),
    ])
    expect(recipe.data.columns).toEqual(['height', 'width'])
    expect(recipe.data.label).toBe('kind')
  })

  test('leaves out a column that numbers the rows, and says so', async () => {
    const { recipe, text } = await write('flowers.csv', [
      'Id,height,width,kind',
      ...repeat(40, (index) => `${index + 1},${index / 7},${index % 9},kind ${index < 20 ? 1 : 2}`),
    ])
    expect(recipe.data.columns).toEqual(['height', 'width'])
    expect(text).toContain('  # Id numbers the rows, and so says nothing of new ones.')
    const years = repeat(24, (index) => `${2000 + index},kind ${index % 2}`)
    expect((await write('years.csv', ['year,kind', ...years])).recipe.data.columns).toEqual([
      'year',
    ])
  })

  test('weighs labels where some are rare', async () => {
    const { recipe } = await write(
      'rare.tsv',
      repeat(200, (index) => `text number ${index}\t${index % 20 ? 'common' : 'rare'}`),
    )
    expect(recipe.objective).toMatchObject({ labelWeights: 'balanced', score: 'macro-f1' })
  })

  test('is larger for more rows', async () => {
    const sized = (rows: number) =>
      write(
        'rows.tsv',
        repeat(rows, (index) => `text ${index} and more\t${index % 2}`),
      )
    const [few, many] = [await sized(100), await sized(25_000)]
    expect(many.recipe.model.width).toBeGreaterThan(few.recipe.model.width)
    expect(many.recipe.training.epochs).toBeLessThan(few.recipe.training.epochs!)
  })

  test('is refused where no column comes again', async () => {
    await expect(
      write(
        'rows.tsv',
        repeat(9, (index) => `a${index}\tb${index}`),
      ),
    ).rejects.toThrow('expected a column of labels')
  })
})
