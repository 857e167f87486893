/** What recipes can train: one schema for each task. */

export { imageTokenizerRecipe } from './image-tokenizer.js'
export { languageModelRecipe } from './language-model.js'
export { textClassificationRecipe } from './text-classification.js'
export { textImageRecipe } from './text-image.js'
export { textPairsRecipe } from './text-pairs.js'
