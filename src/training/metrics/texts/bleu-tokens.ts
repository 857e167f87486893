/**
 * How texts are cut into words before BLEU counts them: `13a`, which WMT has used for English, and
 * `zh`, in which each Chinese character is a word. Both as sacreBLEU does it, to the last quirk.
 */

export type BleuTokenizer = '13a' | 'zh'

/** The tokenizer for texts of a language. */
export const bleuTokenizerOf = (language: string): BleuTokenizer =>
  language === 'zh' ? 'zh' : '13a'

export const bleuTokens = (text: string, tokenizer: BleuTokenizer): string[] => {
  const prepared =
    tokenizer === 'zh' ? text.trim().replace(chinese, ' $& ') : ` ${withoutMarkup(text.trimEnd())} `
  const separated = prepared
    .replace(/[{-~[-` -&(-+:-@/]/g, ' $& ')
    // A period or a comma is part of a number only between two digits.
    .replace(/([^0-9])([.,])/g, '$1 $2 ')
    .replace(/([.,])([^0-9])/g, ' $1 $2')
    .replace(/([0-9])(-)/g, '$1 $2 ')
    .trim()
  return separated === '' ? [] : separated.split(/\s+/)
}

const withoutMarkup = (text: string): string =>
  text
    .replaceAll('<skipped>', '')
    .replaceAll('-\n', '')
    .replaceAll('\n', ' ')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')

/**
 * Characters that are words. The first two ranges are not what they were meant to be: sacreBLEU
 * spells U+20000 and U+2F800 as two characters each. So general punctuation is among them, and
 * Chinese characters beyond U+FFFF are not.
 */
const chinese =
  /[\u2001-\u2a6d\u2f81-\u2fa1\u3400-\u4db5\u4e00-\u9fbb\uf900-\ufa2d\ufa30-\ufa6a\ufa70-\ufad9\uff00-\uffef\u2e80-\u2eff\u3000-\u303f\u31c0-\u31ef\u2f00-\u2fdf\u2ff0-\u2fff\u3100-\u312f\u31a0-\u31bf\ufe10-\ufe1f\ufe30-\ufe4f\u2600-\u27bf\u3200-\u33ff]/g
