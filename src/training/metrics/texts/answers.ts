/**
 * How right an answer to a question is: whether it is one of those that people gave, and how much
 * it has in common with the nearest of them. English as SQuAD 1.1 measures it (Rajpurkar et al.
 * 2016), Chinese as CMRC 2018 does (Cui et al. 2019).
 */

import { countNgrams, countShared } from './ngrams.js'

export type AnswerMeasure = 'squad' | 'cmrc2018'

export const answerMeasureOf = (language: string): AnswerMeasure =>
  language === 'zh' ? 'cmrc2018' : 'squad'

export const answerSettings = (measure: AnswerMeasure): string =>
  measure === 'squad'
    ? 'SQuAD 1.1: small letters, without punctuation and articles; F1 of words'
    : 'CMRC 2018: small letters, without its list of punctuation; F1 of the longest common run of characters and Latin words'

export interface AnswerScore {
  /** Whether the answer is right: 0 or 1. */
  readonly exact: number
  /** How much of it is, from 0 to 1. */
  readonly f1: number
}

/** Of the nearest of several right answers. */
export const scoreAnswer = (
  written: string,
  answers: readonly string[],
  measure: AnswerMeasure,
): AnswerScore => {
  const { normalize, cut, countCommon } = measures[measure]
  const own = cut(written)
  let [exact, f1] = [0, 0]
  for (const answer of answers) {
    const wanted = cut(answer)
    if (normalize(written) === normalize(answer)) exact = 1
    const common = countCommon(own, wanted)
    if (common > 0) f1 = Math.max(f1, (2 * common) / (own.length + wanted.length))
  }
  return { exact, f1 }
}

interface Measure {
  /** What answers are equal by. */
  normalize(text: string): string
  /** The items by which answers are compared. */
  cut(text: string): readonly string[]
  countCommon(own: readonly string[], wanted: readonly string[]): number
}

const asciiPunctuation = /[!-/:-@[-`{-~]/g

const squadText = (text: string): string =>
  text
    .toLowerCase()
    .replace(asciiPunctuation, '')
    .replace(/\b(?:a|an|the)\b/g, ' ')
    .trim()
    .replace(/\s+/g, ' ')

/** The script's list, in which the ellipsis of two characters never matches one. */
const cmrcPunctuation = /[-:_*^/\\~`+=，。：？！“”；’《》·、「」（）－～『』]/g

const cmrcText = (text: string): string => text.toLowerCase().trim().replace(cmrcPunctuation, '')

/**
 * Characters of Chinese, and between them words, numbers and signs as NLTK cuts them, to which the
 * script leaves Latin text; contractions stay whole.
 */
const cmrcItems =
  /[\u4e00-\u9fa5]|\.{3}|--|\.(?=\s*(?:$|[\u4e00-\u9fa5]))|[,:](?!\d)|[;@#$%&?!()[\]{}<>"]|(?:(?!\.{3}|--|\.\s*(?:$|[\u4e00-\u9fa5]))[^\s\u4e00-\u9fa5;@#$%&?!()[\]{}<>",:]|[,:](?=\d))+/gu

/** The length of the longest run that both have. */
const longestRun = (own: readonly string[], wanted: readonly string[]): number => {
  let longest = 0
  let before: readonly number[] = []
  for (const item of own) {
    const here = wanted.map((other, place) =>
      item === other ? (place === 0 ? 0 : (before[place - 1] ?? 0)) + 1 : 0,
    )
    longest = Math.max(longest, ...here)
    before = here
  }
  return longest
}

const measures: Readonly<Record<AnswerMeasure, Measure>> = {
  squad: {
    normalize: squadText,
    cut: (text) =>
      squadText(text)
        .split(' ')
        .filter((word) => word !== ''),
    countCommon: (own, wanted) => countShared(countNgrams(own, 1), countNgrams(wanted, 1)),
  },
  cmrc2018: {
    normalize: cmrcText,
    cut: (text) => cmrcText(text).match(cmrcItems) ?? [],
    countCommon: longestRun,
  },
}
