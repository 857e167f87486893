/**
 * Measures a model whose pictures fall into few classes: does an independent classifier read the
 * drawings as what was asked for, and are those of a class as different from each other as real ones?
 */

import type { Language } from '../../data/example.js'
import type { Runtime } from '../../engine/runtime/runtime.js'
import { createRandom } from '../../engine/tensor/random.js'
import { nameOf } from '../../training/tasks/examples.js'
import type { PreparedData } from '../run/prepare-data.js'
import { judgeName, trainClassJudge } from './class-judge.js'
import type { Measures } from './measures.js'
import type { EvaluateOptions } from './text-image.js'

/** Classes are names that many pictures share; undefined where names are nearly all different. */
export const classesOf = ({ cache }: PreparedData): readonly string[] | undefined => {
  const names = new Set(cache.examples.map((example) => nameOf(example, 'en')))
  return names.size * 20 <= cache.examples.length ? Array.from(names).sort() : undefined
}

/** The mean distance of two different pictures of one class, over all classes. */
const diversityOf = (byClass: readonly (readonly Uint8Array[])[]): number => {
  let sum = 0
  let pairs = 0
  for (const pictures of byClass) {
    for (const [index, a] of pictures.entries()) {
      for (const b of pictures.slice(index + 1)) {
        let squares = 0
        for (let at = 0; at < a.length; at++) squares += (a[at]! - b[at]!) ** 2
        sum += Math.sqrt(squares)
        pairs++
      }
    }
  }
  return sum / pairs
}

/** The phrases that name a class in a language; drawings take them in turn. */
const phrasesOf = ({ cache }: PreparedData, name: string, language: Language): string[] => {
  const example = cache.examples.find((one) => nameOf(one, 'en') === name)!
  return example.captions.filter((one) => one.language === language).map(({ text }) => text)
}

/** Drawings at temperature 1 without guidance, in each language by turns. */
export const evaluateClasses = async (
  classes: readonly string[],
  options: EvaluateOptions & { readonly runtime: Runtime },
): Promise<Measures> => {
  const { model, data, runtime, seed, languages, onProgress } = options
  const { cache, split } = data
  const labels = new Map(classes.map((name, label) => [name, label]))
  const labelOf = (index: number) => labels.get(nameOf(cache.examples[index]!, 'en'))!
  const pixelsOf = async (index: number) => (await cache.picture(index)).data
  const judge = await trainClassJudge({
    runtime,
    size: cache.size,
    classes: classes.length,
    seed,
    examples: split.train.length,
    example: async (place) => {
      const index = split.train[place]!
      return { pixels: await pixelsOf(index), label: labelOf(index) }
    },
    onProgress: (done, total) => onProgress('classifier', done, total),
  })
  try {
    const shareRight = async (pictures: readonly Uint8Array[], wanted: readonly number[]) => {
      const read = await judge.classify(pictures)
      return read.filter((label, place) => label === wanted[place]).length / read.length
    }
    const real = split.heldOut.length > 0 ? split.heldOut : split.train
    const realChosen = real.slice(0, 2000)
    const judged = await shareRight(
      await Promise.all(realChosen.map(pixelsOf)),
      realChosen.map(labelOf),
    )
    const perClass = Math.ceil(options.count / classes.length)
    const requests = classes.flatMap((name, label) =>
      Array.from({ length: perClass }, (_, index) => {
        const language = languages[index % languages.length]!
        const phrases = phrasesOf(data, name, language)
        const phrase = phrases[Math.floor(index / languages.length) % phrases.length]!
        return { phrase, language, label, seed, index: label * perClass + index }
      }),
    )
    const drawings: Uint8Array[] = []
    for (let first = 0; first < requests.length; first += 50) {
      const chunk = requests.slice(first, first + 50)
      const drawn = await model.draw(chunk, { temperature: 1, guidance: 1, topK: 0, topP: 1 })
      drawings.push(...drawn.map(({ pixels }) => pixels))
      onProgress('drawings', drawings.length, requests.length)
    }
    const accuracyIn = async (language?: Language) => {
      const places = requests.flatMap((request, place) =>
        language === undefined || request.language === language ? [place] : [],
      )
      return shareRight(
        places.map((place) => drawings[place]!),
        places.map((place) => requests[place]!.label),
      )
    }
    const random = createRandom(seed, 'real')
    const realByClass = await Promise.all(
      classes.map((_, label) => {
        const members = real.filter((index) => labelOf(index) === label)
        const chosen = Array.from(
          { length: Math.min(perClass, members.length) },
          () => members.splice(random.integer(members.length), 1)[0]!,
        )
        return Promise.all(chosen.map(pixelsOf))
      }),
    )
    const drawnByClass = classes.map((_, label) =>
      drawings.filter((_, place) => requests[place]!.label === label),
    )
    const byLanguage: Record<string, number> = {}
    for (const language of languages) byLanguage[language] = await accuracyIn(language)
    return {
      judge: judgeName,
      distance: 'of pixels, Euclidean',
      drawn: {
        accuracy: await accuracyIn(),
        diversity: diversityOf(drawnByClass) / diversityOf(realByClass),
        examples: drawings.length,
        byLanguage,
      },
      ceiling: { accuracy: judged, examples: realChosen.length },
      baseline: { accuracy: 1 / classes.length },
    }
  } finally {
    await judge.close()
  }
}
