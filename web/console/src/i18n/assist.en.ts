// Suggestions of language models, for people to use or to leave.

export const assistEn = {
  assist: {
    rephrase: 'Rephrase', translate: 'Translate', translate_hint: 'Into the customer’s language', tone: { brand: 'In our tone', shorter: 'Shorter', warmer: 'Warmer', formal: 'More formal' },
    working: 'Writing a suggestion…', suggestion: 'Suggestion', by: 'by {model}', use: 'Use it', leave: 'Leave it', again: 'Another', undo: 'Undo', used: 'The suggestion is in your reply; nothing is sent yet.', same: 'The suggestion says it as you do.', none: 'No suggestion', failed: 'No suggestion could be had',
    show_translation: 'Translate', hide_translation: 'Hide translation', translated: 'Translation', not_translated: 'Not translated',
    summary: 'In short', write_summary: 'Have it summed up', summary_hint: 'Written by a language model and checked against the conversation.', summary_by: 'Written by {model}, checked against the conversation.', extract: 'These are the conversation’s own sentences: {why}', newer: 'Something was said since.',
    why: { not_configured: 'No language model is set up for this.', budget: 'The budget for language models is used up.', timeout: 'The model did not answer in time.', unreachable: 'The model cannot be reached at the moment.', refused: 'The model refused the request.', broken: 'What the model wrote changed the facts, or could not be used.', too_long: 'The text is too long for the model.', not_allowed: 'What the model wrote could not be used.' },
    draft: 'Have a model draft it', drafted: 'The model’s draft is in the proposal', undone: 'It is as it was', drafted_by: 'The answer was drafted by the language model {model}: check it against the conversations.', drafted_edited: 'The language model {model} drafted the answer; it was edited since.',
    models: 'Language models', models_hint: 'What they cost and how they did. A task without a model is done by rules, or is not offered.', no_models: 'No language model was asked in these days', today: 'Today', spent: '{amount} and {tokens} tokens', spent_tokens: '{tokens} tokens', of_money: 'of {amount}', of_tokens: 'of {tokens} tokens', no_limit: 'no limit for a day', with_model: 'Tasks with a model', without: 'none',
    task: 'Task', model: 'Model', answered: 'Answered', cached: 'From the cache', failures: 'Failed', tokens: 'Tokens', cost: 'Cost', mean: 'Mean time', longest: 'Longest', free: 'free',
  },
}
