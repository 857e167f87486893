/**
 * The baseline of answers, that of Rajpurkar et al. 2016, section 5: of the sentences that share
 * most words and pairs of words with the question, the candidate around which most of the question
 * stands (Richardson et al. 2013, algorithm 1). A window as long as question and candidate together
 * slides over the passage, and rare words count more: ln(1 + 1 / count).
 *
 * Candidates of that paper are constituents of a parse. Here they are clauses between punctuation
 * marks and runs of words in them: without a parser, and the same for English and Chinese.
 */

export const slidingWindowName =
  'sliding window; candidates are clauses, and runs of up to 6 words or 8 Chinese characters'

const word = /[\u3400-\u9fff]|[^\s\u3400-\u9fff\p{P}\p{S}]+/gu
const endOfSentence = /(?<=[。！？!?\n]|\.\s)/u
const endOfClause = /[，。！？；：、,!?;:()（）“”"「」《》\n]|\.(?=\s|$)/u

/** Words of Latin letters and digits, and of Chinese one character each, in small letters. */
const wordsOf = (text: string): string[] => text.toLowerCase().match(word) ?? []

interface Candidate {
  readonly text: string
  readonly words: readonly string[]
}

/** Clauses of a sentence, and runs of neighbours in a clause. */
const candidatesOf = (sentence: string): Candidate[] => {
  const longest = /[\u3400-\u9fff]/.test(sentence) ? 8 : 6
  const texts = new Set<string>()
  for (const clause of sentence.split(endOfClause)) {
    const places = Array.from(clause.matchAll(word), ({ 0: found, index }) => ({
      start: index,
      end: index + found.length,
    }))
    for (const [first, { start }] of places.entries()) {
      for (const { end } of places.slice(first, first + longest))
        texts.add(clause.slice(start, end))
    }
    if (places.length > 0) texts.add(clause.slice(places[0]!.start, places.at(-1)!.end))
  }
  return Array.from(texts, (text) => ({ text, words: wordsOf(text) }))
}

/** Words and pairs of neighbours. */
const unitsOf = (words: readonly string[]): string[] => [
  ...words,
  ...words.slice(1).map((one, place) => `${words[place]} ${one}`),
]

/** The candidate with the best window, the first of equally good ones; '' where there is none. */
export const slidingWindowAnswer = (question: string, passage: string): string => {
  const words = wordsOf(passage)
  const counts = new Map<string, number>()
  for (const one of words) counts.set(one, (counts.get(one) ?? 0) + 1)
  const asked = wordsOf(question)
  const isAsked = new Set(asked)
  const isAskedUnit = new Set(unitsOf(asked))

  const overlapOf = (sentence: string) =>
    new Set(unitsOf(wordsOf(sentence)).filter((unit) => isAskedUnit.has(unit))).size
  const sentences = passage
    .split(endOfSentence)
    .filter((sentence) => wordsOf(sentence).some((one) => !isAsked.has(one)))
    .map((sentence) => ({ sentence, overlap: overlapOf(sentence) }))
  const most = Math.max(0, ...sentences.map(({ overlap }) => overlap))

  const scoreOf = ({ words: own }: Candidate): number => {
    const wanted = new Set([...asked, ...own])
    const weights = words.map((one) => (wanted.has(one) ? Math.log(1 + 1 / counts.get(one)!) : 0))
    let [sum, best] = [0, 0]
    for (const [place, weight] of weights.entries()) {
      sum += weight - (weights[place - wanted.size] ?? 0)
      best = Math.max(best, sum)
    }
    return best
  }
  let best = { text: '', score: -1 }
  for (const { sentence, overlap } of sentences) {
    if (overlap < most) continue
    for (const candidate of candidatesOf(sentence)) {
      // What the question itself says is not its answer.
      if (candidate.words.some((one) => isAsked.has(one))) continue
      const score = scoreOf(candidate)
      if (score > best.score) best = { text: candidate.text, score }
    }
  }
  return best.text
}
