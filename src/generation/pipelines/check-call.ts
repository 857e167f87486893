/**
 * Checks what pipelines are called with: programs in JavaScript have no compiler that does, and an
 * option that is misspelt would go unnoticed.
 */

import { didYouMean } from '../../data/nearest-name.js'
import { DataError } from '../../errors.js'
import type { FeatureExtractionOptions } from './feature-extraction.js'
import type { FillMaskOptions } from './fill-mask.js'
import type { GenerationOptions } from './generation-options.js'
import type { ImageToTextOptions } from './image-to-text.js'
import type { PipelineTask } from './index.js'
import type { TextClassificationOptions } from './text-classification.js'
import type { TextGenerationOptions } from './text-generation.js'
import type { TextToImageOptions } from './text-to-image.js'
import type { TranslationOptions } from './text-to-text.js'
import type { TextToVideoOptions } from './text-to-video.js'
import type { VideoClassificationOptions } from './video-classification.js'
import type { ZeroShotOptions } from './zero-shot-classification.js'

interface Input {
  /** What is expected, in words. */
  readonly expected: string
  isGood(value: unknown): boolean
}

const isText = (value: unknown): boolean => typeof value === 'string'
const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null
const isListOf = (value: unknown, isGood: (item: unknown) => boolean): boolean =>
  Array.isArray(value) && value.every(isGood)

const isMessage = (value: unknown): boolean => isObject(value) && 'role' in (value as object)
const isChat = (value: unknown): boolean => isListOf(value, isMessage)

const texts: Input = {
  expected: 'a text or a list of texts',
  isGood: (value) => isText(value) || isListOf(value, isText),
}
const labels: Input = { ...texts, expected: 'a label or a list of labels' }
const textsOrChats: Input = {
  expected: 'a text, a list of texts, or messages with a role and content',
  isGood: (value) => texts.isGood(value) || isChat(value) || isListOf(value, isChat),
}

/** What media are is found out when they are read. */
const mediaOf = (name: string): Input => ({
  expected: `${name} or a list of them`,
  isGood: (value) => isText(value) || isObject(value),
})

/** Each name of the options, so that the compiler finds one that is missing. */
type Names<Options> = Readonly<Record<keyof Required<Options>, true>>

const generation: Names<GenerationOptions> = {
  ...{ max_new_tokens: true, do_sample: true, temperature: true, top_k: true, top_p: true },
  ...{ min_p: true, repetition_penalty: true, no_repeat_ngram_size: true, num_beams: true },
  ...{ length_penalty: true, stop_strings: true, seed: true },
}

const translation: Names<TranslationOptions> = { ...generation, src_lang: true, tgt_lang: true }

const textGeneration: Names<TextGenerationOptions> = {
  ...generation,
  ...{ num_return_sequences: true, return_full_text: true, streamer: true },
  callback_function: true,
}

const drawing: Names<Omit<TextToImageOptions, 'num_images'>> = {
  ...{ seed: true, guidance_scale: true, temperature: true, top_k: true, top_p: true },
  ...{ num_inference_steps: true, num_candidates: true },
}

const textToImage: Names<TextToImageOptions> = { ...drawing, num_images: true }

const textToVideo: Names<TextToVideoOptions> = {
  ...drawing,
  ...{ num_videos: true, num_frames: true, image: true, fps: true },
}

const caption: Names<ImageToTextOptions> = {
  ...{ temperature: true, top_k: true, top_p: true, seed: true },
}

const features: Names<FeatureExtractionOptions> = { pooling: true, normalize: true }
const classification: Names<TextClassificationOptions> = { top_k: true }
const gaps: Names<FillMaskOptions> = { top_k: true }
const zeroShot: Names<ZeroShotOptions> = { hypothesis_template: true, multi_label: true }
const clipLabels: Names<VideoClassificationOptions> = { top_k: true, attribute: true }

interface CallShape {
  readonly inputs: readonly Input[]
  readonly options: Readonly<Record<string, true>>
}

const shapes: Readonly<Record<PipelineTask, CallShape>> = {
  'text-to-image': { inputs: [texts], options: textToImage },
  'image-to-text': { inputs: [mediaOf('a picture')], options: caption },
  'text-to-video': { inputs: [texts], options: textToVideo },
  'video-to-text': { inputs: [mediaOf('a clip')], options: caption },
  'video-classification': { inputs: [mediaOf('a clip')], options: clipLabels },
  'text-generation': { inputs: [textsOrChats], options: textGeneration },
  'fill-mask': { inputs: [texts], options: gaps },
  'feature-extraction': { inputs: [texts], options: features },
  'text-classification': { inputs: [texts], options: classification },
  'zero-shot-classification': { inputs: [texts, labels], options: zeroShot },
  'text2text-generation': { inputs: [texts], options: translation },
  translation: { inputs: [texts], options: translation },
  summarization: { inputs: [texts], options: generation },
  'question-answering': { inputs: [texts, texts], options: generation },
}

const describe = (value: unknown): string => {
  if (value === null || value === undefined) return String(value)
  if (Array.isArray(value)) return `a list with ${[...new Set(value.map(nameOf))].join(' and ')}`
  return nameOf(value)
}

const nameOf = (value: unknown): string =>
  value === null || value === undefined ? String(value) : `${typeof value} ${shorten(value)}`

const shorten = (value: unknown): string => {
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value)
  return text.length > 40 ? `${text.slice(0, 40)}…` : text
}

/** Throws DataError for inputs and options that a task's pipeline does not take. */
export const checkCall = (task: PipelineTask, call: readonly unknown[]): void => {
  const { inputs, options: known } = shapes[task]
  for (const [place, { expected, isGood }] of inputs.entries()) {
    const value = call[place]
    if (isGood(value)) continue
    const which = inputs.length > 1 ? `, argument ${place + 1}` : ''
    throw new DataError(`${task}${which}: expected ${expected}, got ${describe(value)}`)
  }
  const options = call[inputs.length]
  if (options === undefined) return
  if (!isObject(options) || Array.isArray(options)) {
    throw new DataError(`${task}: expected options as an object, got ${describe(options)}`)
  }
  for (const name of Object.keys(options as object)) {
    if (Object.hasOwn(known, name)) continue
    const names = Object.keys(known)
    const help = didYouMean(name, names) || ` Known are ${names.join(', ')}.`
    throw new DataError(`${task}: there is no option ${name}.${help}`)
  }
}
