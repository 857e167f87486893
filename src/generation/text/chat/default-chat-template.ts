/**
 * How a conversation becomes text where nobody says: who speaks, on a line of their own, then what
 * they say, with the token that ends texts behind it.
 */
export const defaultChatTemplate =
  '{{ bos_token }}{% for message in messages %}{{ message.role }}:\n{{ message.content }}' +
  '{{ eos_token }}\n{% endfor %}{% if add_generation_prompt %}assistant:\n{% endif %}'
