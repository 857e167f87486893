/** Puts `<email>` in the place of e-mail addresses with a domain name. */

import { replaceCounted, type TextFilter } from './filter.js'

/** The local part starts where no longer one would, so that a long run of letters is read once. */
const address = /(?<![\w.+-])[\w.+-]{1,64}@(?:[a-z\d-]{1,63}\.){1,8}[a-z]{2,24}(?![\w-])/gi

export const createEmailMask = (): TextFilter => ({
  name: 'e-mail addresses',
  change: (piece) => replaceCounted(piece, address, '<email>'),
})
