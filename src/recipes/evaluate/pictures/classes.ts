/**
 * Measures a model whose pictures fall into few classes: does an independent classifier read the
 * drawings as what was asked for, and are those of a class as different from each other as real ones?
 */

import type { PictureCache } from '../../../data/cache.js'
import { languages as allLanguages, type Language } from '../../../data/example.js'
import { measuredMembers } from '../../../data/split.js'
import type { DrawRequest } from '../../../generation/text-image/draw-request.js'
import { fitPhrase, namedLanguages, nameOf, namesOf } from '../../../training/tasks/examples.js'
import type { EvaluateOptions, Measures } from '../measures.js'
import { choose } from './choose.js'
import { type ClassJudge, judgeName, type LabelledPicture } from './class-judge.js'
import { drawInTurn } from './draw-in-turn.js'

/** Classes are names that many pictures share; undefined where names are nearly all different. */
export const classesOf = ({ examples }: PictureCache): readonly string[] | undefined => {
  const names = new Set(examples.map(classOf))
  const isNamed = !names.has('')
  return isNamed && names.size * 20 <= examples.length ? Array.from(names).sort() : undefined
}

/** What the class of an example is called; empty where the example has no name. */
const classOf = (example: PictureCache['examples'][number]): string => {
  const [language] = namedLanguages(example, ['en'])
  return language === undefined ? '' : nameOf(example, language)
}

/** Reads a picture of a cache with the number of its class. */
export const classReader = (classes: readonly string[], cache: PictureCache) => {
  const labels = new Map(classes.map((name, label) => [name, label]))
  return async (index: number): Promise<LabelledPicture> => ({
    pixels: (await cache.picture(index)).data,
    label: labels.get(classOf(cache.examples[index]!))!,
  })
}

interface Drawing extends LabelledPicture {
  readonly language: Language
}

/** Real pictures that the judge reads, to know how often it is right. */
const mostJudged = 2000
const drawnAtOnce = 50

export const evaluateClasses = async (
  classes: readonly string[],
  options: EvaluateOptions & { readonly judge: Pick<ClassJudge, 'classify'> },
): Promise<Measures> => {
  const { data, judge, seed } = options
  const { cache, split } = data
  const members = measuredMembers(split)
  const read = classReader(classes, cache)
  const perClass = Math.ceil(options.count / classes.length)
  const drawings = await drawClasses(classes, perClass, options)
  const diversity = diversityOf(classes.map((_, label) => picturesOf(drawings, label)))
  const byClass = new Map(classes.map((name) => [name, [] as number[]]))
  for (const index of members) byClass.get(classOf(cache.examples[index]!))!.push(index)
  const chosen = classes.map((name, label) =>
    choose(byClass.get(name)!, perClass, seed, 'real', label),
  )
  const reals = chosen.map((own) =>
    Promise.all(own.map(async (index) => (await cache.picture(index)).data)),
  )
  const realDiversity = diversityOf(await Promise.all(reals))
  const judged = await Promise.all(members.slice(0, mostJudged).map(read))
  const apart: Record<string, Measures> = {}
  for (const language of allLanguages) {
    const spoken = drawings.filter((drawing) => drawing.language === language)
    if (spoken.length > 0) apart[language] = await accuracyOf(spoken, judge)
  }
  return {
    judge: judgeName,
    distance: 'of pixels, Euclidean',
    drawn: {
      ...(await accuracyOf(drawings, judge)),
      // Classes of one picture each, or of equal ones, have no distances to compare with.
      ...(diversity !== undefined && realDiversity ? { diversity: diversity / realDiversity } : {}),
      ...apart,
    },
    ceiling: await accuracyOf(judged, judge),
    baseline: { accuracy: 1 / classes.length },
  }
}

/** Drawings at temperature 1 without guidance, in all languages and wordings of a class by turns. */
const drawClasses = async (
  classes: readonly string[],
  perClass: number,
  options: EvaluateOptions,
): Promise<Drawing[]> => {
  const { seed } = options
  const requests = classes.flatMap((name, label) => {
    const wordings = wordingsOf(name, options)
    return Array.from({ length: perClass }, (_, turn) => {
      const { language, phrases } = wordings[turn % wordings.length]!
      const phrase = phrases[Math.floor(turn / wordings.length) % phrases.length]!
      const request: DrawRequest = { phrase, seed, index: label * perClass + turn }
      return { request, language, label }
    })
  })
  const drawings: Drawing[] = []
  const drawn = drawInTurn(
    requests.map(({ request }) => request),
    options,
    {
      work: 'drawings',
      atOnce: drawnAtOnce,
      drawing: { temperature: 1, guidance: 1, topK: 0, topP: 1 },
    },
  )
  for await (const { pixels } of drawn) {
    const { language, label } = requests[drawings.length]!
    drawings.push({ language, label, pixels })
  }
  return drawings
}

/** The phrases that name a class, in each of the languages that it has a name in. */
const wordingsOf = (name: string, { model, data: { cache }, languages }: EvaluateOptions) => {
  const example = cache.examples.find((one) => classOf(one) === name)!
  return namedLanguages(example, languages).map((language) => ({
    language,
    phrases: namesOf(example, language).map((phrase) =>
      fitPhrase(phrase, model.text, model.config.layout),
    ),
  }))
}

const accuracyOf = async (
  pictures: readonly LabelledPicture[],
  judge: Pick<ClassJudge, 'classify'>,
) => {
  const read = await judge.classify(pictures.map(({ pixels }) => pixels))
  const right = pictures.filter(({ label }, place) => label === read[place])
  return { accuracy: right.length / pictures.length, examples: pictures.length }
}

const picturesOf = (pictures: readonly LabelledPicture[], wanted: number): Uint8Array[] =>
  pictures.filter(({ label }) => label === wanted).map(({ pixels }) => pixels)

/** The mean distance of two different pictures of one class; undefined without any such two. */
const diversityOf = (byClass: readonly (readonly Uint8Array[])[]): number | undefined => {
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
  return pairs === 0 ? undefined : sum / pairs
}
