/** The commands, in the order of the help page. */

import type { AnyCommand } from '../parsing/define-command.js'
import analyze from './analyze.js'
import caption from './caption.js'
import chat from './chat.js'
import classify from './classify.js'
import dataCheck from './data-check.js'
import evaluate from './evaluate.js'
import exportCommand from './export.js'
import generateImage from './generate-image.js'
import generateText from './generate-text.js'
import generateVideo from './generate-video.js'
import importCommand from './import.js'
import initClassify from './init-classify.js'
import prepare from './prepare.js'
import tokenizerTrain from './tokenizer-train.js'
import train from './train.js'

export const commands: readonly AnyCommand[] = [
  train,
  generateImage,
  generateVideo,
  generateText,
  chat,
  caption,
  classify,
  analyze,
  evaluate,
  importCommand,
  exportCommand,
  prepare,
  dataCheck,
  initClassify,
  tokenizerTrain,
]

/** What commands of two words have in common. */
export const groups = {
  generate: 'Make something with a model.',
  data: 'Look at data.',
  init: 'Write recipes.',
  tokenizer: 'Make tokenizers.',
}
