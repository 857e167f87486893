import { DataError } from '../../errors.js'
import type { LanguageConfig } from './config.js'

/**
 * Throws DataError for a model that was trained to fill gaps alone: what it would write is nonsense.
 * The subject is who asks, or the model's folder.
 */
export const checkContinues = ({ skills }: LanguageConfig, subject: string): void => {
  if (skills.includes('continue')) return
  throw new DataError(
    `${subject}: expected a model that was trained to continue texts (skills: continue), got one ` +
      `that was trained to ${skills.join(' and ')} gaps. Take pipeline('fill-mask') instead`,
  )
}
