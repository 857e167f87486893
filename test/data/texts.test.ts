/** The whole public data sets of text, as recipes read them. */

import { expect, test } from 'vitest'
import { createNodeFiles } from '../../src/platform/node/files.js'
import { prepareTexts } from '../../src/recipes/run/language/prepare-texts.js'
import { textDataSchema } from '../../src/recipes/schema/text-data.js'
import { wholeData } from '../support/whole-data.js'

const dataFolder = process.env.TESSERAE_DATA

const reportOf = async (data: object) => {
  const { report } = await prepareTexts(textDataSchema.parse(data), {
    files: createNodeFiles(),
    dataFolder: dataFolder!,
    onProgress: () => {},
  })
  return report
}

interface PublicTexts {
  readonly path: string | readonly string[]
  readonly field?: string
  readonly columns?: readonly string[]
}

const cases: readonly (readonly [data: PublicTexts, documents: number, language: 'zh' | 'en'])[] = [
  [{ path: 'csl/dev.jsonl', field: '{title}\n{abstract}\n{keywords}' }, 1000, 'zh'],
  [{ path: ['cmrc2018/dev.jsonl', 'cmrc2018/trial.jsonl'], field: 'context' }, 1104, 'zh'],
  [{ path: 'xquad/en.jsonl', field: 'context' }, 240, 'en'],
  [{ path: 'xquad/zh.jsonl', field: 'context' }, 240, 'zh'],
  [{ path: 'tatoeba-en-zh/train.tsv', columns: ['en', 'zh'], field: '{zh}' }, 25_367, 'zh'],
  [{ path: 'kg-wordnet-en-zh/synsets.tsv.gz', field: 'gloss' }, 42_300, 'en'],
  // The label of a table without a header stands beside the text.
  [{ path: 'csl/category-train.tsv' }, 8000, 'zh'],
]

for (const [data, documents, language] of cases) {
  const isMissing = [data.path].flat().some((path) => wholeData(path) === undefined)
  test.skipIf(isMissing)(`${data.path} is read without a fault`, async () => {
    const report = await reportOf(data)
    expect(report).toMatchObject({ documents, faults: { count: 0, first: [] } })
    expect(report.languages[language] / report.kept).toBeGreaterThan(0.95)
  })
}
