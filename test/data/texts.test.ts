/** The whole public data sets of text, as recipes read them. */

import { describe, expect, test } from 'vitest'
import { createNodeFiles } from '../../src/platform/node/files.js'
import { prepareTexts } from '../../src/recipes/run/prepare-texts.js'
import { textDataSchema } from '../../src/recipes/schema/text-data.js'

const dataFolder = process.env.TESSERAE_DATA

const reportOf = async (data: object) => {
  const { report } = await prepareTexts(textDataSchema.parse(data), {
    files: createNodeFiles(),
    dataFolder: dataFolder!,
    onProgress: () => {},
  })
  return report
}

describe.skipIf(dataFolder === undefined)('the records of public data sets', () => {
  test('are read without a fault, each field that holds a text', async () => {
    const expected = [
      [{ path: 'csl/dev.jsonl', field: '{title}\n{abstract}\n{keywords}' }, 1000, 'zh'],
      [{ path: ['cmrc2018/dev.jsonl', 'cmrc2018/trial.jsonl'], field: 'context' }, 1104, 'zh'],
      [{ path: 'xquad/en.jsonl', field: 'context' }, 240, 'en'],
      [{ path: 'xquad/zh.jsonl', field: 'context' }, 240, 'zh'],
      [
        { path: 'tatoeba-en-zh/train.tsv', columns: ['en', 'zh'], field: '{en}\n{zh}' },
        25_367,
        'other',
      ],
      [{ path: 'kg-wordnet-en-zh/synsets.tsv.gz', field: 'gloss' }, 42_300, 'en'],
    ] as const
    for (const [data, documents, language] of expected) {
      const report = await reportOf(data)
      expect(report.faults).toEqual({ count: 0, first: [] })
      expect([data.path, report.documents]).toEqual([data.path, documents])
      if (language === 'other') continue
      expect(report.languages[language] / report.kept).toBeGreaterThan(0.95)
    }
  })

  test('have the label of headerless tables beside the text', async () => {
    const report = await reportOf({ path: 'csl/category-train.tsv' })
    expect(report).toMatchObject({ documents: 8000, faults: { count: 0 } })
  })
})
