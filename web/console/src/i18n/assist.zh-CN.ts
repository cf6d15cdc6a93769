// 语言模型的建议，由人决定用不用。

export const assistZh = {
  assist: {
    rephrase: '改写语气', translate: '翻译', translate_hint: '译成客户的语言', tone: { brand: '用我们的语气', shorter: '更简短', warmer: '更亲切', formal: '更正式' },
    working: '正在写建议…', suggestion: '建议', by: '由 {model} 写', use: '采用', leave: '不用', again: '换一个', undo: '撤销', used: '建议已放进回复框，还没有发送。', same: '建议和您写的一样。', none: '没有建议', failed: '没能得到建议',
    show_translation: '翻译', hide_translation: '收起译文', translated: '译文', not_translated: '没有翻译',
    summary: '简要', write_summary: '写一段摘要', summary_hint: '由语言模型撰写，并与会话内容核对过。', summary_by: '由 {model} 写，已与会话内容核对。', extract: '以下是会话原句：{why}', newer: '之后又有新消息。',
    why: { not_configured: '没有为此配置语言模型。', budget: '语言模型的预算已用完。', timeout: '模型没有及时回答。', unreachable: '模型现在连不上。', refused: '模型拒绝了请求。', broken: '模型写的内容改变了事实，或无法使用。', too_long: '文字太长，模型读不下。', not_allowed: '模型写的内容无法使用。' },
    draft: '让模型起草', drafted: '模型的草稿已放进建议', undone: '已恢复原样', drafted_by: '答案由语言模型 {model} 起草，请与会话核对。', drafted_edited: '语言模型 {model} 起草过答案，之后有人改过。',
    models: '语言模型', models_hint: '花费和表现。没有模型的任务按规则进行，或者不提供。', no_models: '这些天没有用过语言模型', today: '今天', spent: '{amount}，{tokens} 个 token', spent_tokens: '{tokens} 个 token', of_money: '上限 {amount}', of_tokens: '上限 {tokens} 个 token', no_limit: '没有每日上限', with_model: '有模型的任务', without: '无',
    task: '任务', model: '模型', answered: '采用', cached: '来自缓存', failures: '失败', tokens: 'Token', cost: '花费', mean: '平均用时', longest: '最长', free: '免费',
  },
}
