/** Makes ids of pairs of texts and of questions, and counts what had to be cut or left out. */

import type { TextPairsConfig } from '../../../generation/text-pairs/config.js'
import { encodeSource, encodeTarget, prefixOf } from '../../../generation/text-pairs/pair-ids.js'
import { questionWindows } from '../../../generation/text-pairs/question-windows.js'
import type { TextTokenizer } from '../../../tokenizers/text/index.js'
import type { CountedRow } from '../../../training/objectives/pack-rows.js'
import type { PairIds } from '../../../training/objectives/text-pairs.js'
import type { PairData, PassageQuestion } from './pair-data.js'

export interface EncodedPair extends PairIds {
  /** The source and the wanted target, as people read them. */
  readonly shown: string
  readonly wanted: string
  /** Both as a row of a decoder-only network, in which the target counts. */
  readonly row: CountedRow
}

export interface PairEncoder {
  /** The pairs of a part; of questions, those of windows that hold an answer. */
  encode(data: PairData, part: 'training' | 'validation'): EncodedPair[]
  /** What had to be cut or left out of all parts so far. */
  readonly counts: {
    /** Sources and targets of which the end was left out. */
    cutSources: number
    cutTargets: number
    /** Questions whose answers stand in no window of their passage. */
    withoutAnswer: number
  }
  /** The same in words; nothing where nothing is to be told. */
  notices(): string[]
}

export const createPairEncoder = (text: TextTokenizer, config: TextPairsConfig): PairEncoder => {
  const { languages, isBothWays, sourceLength, targetLength } = config
  const counts = { cutSources: 0, cutTargets: 0, withoutAnswer: 0 }

  const join = (source: readonly number[], wanted: string, shown: string): EncodedPair => {
    const { ids: target, isCut } = encodeTarget(wanted, text, config)
    if (isCut) counts.cutTargets++
    const prefix = prefixOf(source, config)
    const row: CountedRow = {
      ids: [...prefix, ...target],
      counts: [...prefix.map(() => 0), ...target.map(() => 1)],
      prefix: prefix.length,
    }
    return { source, target, shown, wanted, row }
  }
  const encodeText = (source: string, target: string, to?: string): EncodedPair => {
    const { ids, isCut } = encodeSource(source, text, config, to)
    if (isCut) counts.cutSources++
    return join(ids, target, to === undefined ? source : `${to}: ${source}`)
  }
  const encodeQuestion = ({ question, passage, answers }: PassageQuestion): EncodedPair[] => {
    const spelt = answers.map((answer) => text.decode(text.encode(answer)))
    const pairs = questionWindows(question, passage, text, config).flatMap((window) => {
      // As the tokenizer spells both: some change letters or spaces.
      const read = text.decode(window.passage)
      const answer = spelt.find((one) => one !== '' && read.includes(one))
      return answer === undefined ? [] : [join(window.ids, answer, question)]
    })
    if (pairs.length === 0) counts.withoutAnswer++
    return pairs
  }

  return {
    counts,
    encode(data, part) {
      if (data.content === 'questions') return data[part].flatMap(encodeQuestion)
      return data[part].flatMap(({ source, target }) =>
        isBothWays
          ? [encodeText(source, target, languages[1]), encodeText(target, source, languages[0])]
          : [encodeText(source, target)],
      )
    },
    notices: () =>
      [
        [
          counts.cutSources,
          `sources are longer than ${sourceLength} tokens; their ends are left out`,
        ],
        [
          counts.cutTargets,
          `targets are longer than ${targetLength} tokens; their ends are left out`,
        ],
        [counts.withoutAnswer, 'questions have no answer in their passage, and are left out'],
      ]
        .filter(([count]) => count !== 0)
        .map(([count, what]) => `${count} ${what}`),
  }
}
