/** Texts for tokenizers: a small corpus in English and Chinese, and random text that is hard to cut. */

import fc from 'fast-check'

/** Enough for a few hundred merges. */
export const sentences: readonly string[] = [
  'A red apple lies on the table, and a green apple lies under the table.',
  "It's raining; the cat doesn't mind, but the dogs don't like it at all!",
  'The little red fox jumps over the lazy dog, 12 times in 2024.',
  'She said: "We\'ll see the rainbow when the rain has gone."\r\nHe smiled.',
  'Draw a smiling cat with sunglasses, please. Draw a smiling dog with a hat.',
  'the theatre, the weather, the other feather, and all of them together\n\n\tindented',
  'def draw(name, size=64):\n    return picture(name)[:size]  # 64 by 64\n',
  '一个红苹果放在桌子上，一个绿苹果放在桌子下面。',
  '今天天气很好，我们去公园看花。明天天气不好，我们在家看书。',
  '请画一只戴墨镜的笑脸猫，再画一只戴帽子的笑脸狗！',
  '他用iPhone拍了3张照片，发给了在北京的朋友们。二〇二四年，人人都会画画。',
  'naïve café, Ünïcödé, cafe\u0301, Ελληνικά, Русский, 한국어, ひらがなとカタカナ',
  '😀😂❤️👩‍👩‍👧‍👦🇨🇳🏴󠁧󠁢󠁥󠁮󠁧󠁿 👍🏽 1️⃣',
]

/** Characters at which patterns, UTF-8 and normal forms tend to go wrong. */
const awkward = [
  ...[' ', '  ', '\n', '\r\n', '\t', '\u0085', '\u00a0', '\u3000', '\ufeff', '\u2028', '\u200b'],
  ...["'s", "'LL", "'", '’', '"', '!', '。', '，', '...', '_', '-', '/', '\\', '\0', '\x7f'],
  ...['a', 'the', 'B', 'é', 'e\u0301', 'ß', 'ſ', 'İ', 'Ω', 'я', '한', 'か', 'ー', 'ไทย', 'مرحبا'],
  ...['中', '苹果', '々', '〇', '豈', '𠀀', '1', '23', '①', '½', '٣', 'Ⅷ'],
  ...['😀', '👩', '\u200d', '\ufe0f', '🏽', '🇨', '\u20e3', '\ud83d', '\ude00', '\udfff', '\uffff'],
]

/** Random text: awkward characters, any code points, and lone surrogates. */
export const anyText = fc.string({
  unit: fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...awkward) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', minLength: 1, maxLength: 3 }) },
  ),
  maxLength: 40,
})

/** What UTF-8 makes of a text: lone surrogates become U+FFFD. */
export const throughUtf8 = (text: string): string =>
  new TextDecoder('utf-8', { ignoreBOM: true }).decode(new TextEncoder().encode(text))
