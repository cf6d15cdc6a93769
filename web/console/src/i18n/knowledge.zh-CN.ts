/** What the pages about knowledge say. */
export const knowledgeZh = {
  kb: {
    tabs: '知识库的页面', entries: '条目', review: '审核', files: '文件与网站', measure: '评测', waiting: '条等待审核', colon: '：', nothing: '（空）', all: '全部',
    kind_label: '类型', kind: { faq: '问答', article: '文章', document: '文档', page: '网页' }, status: { published: '已发布', archived: '已归档' },
    audience_label: '谁能看到', audience: { public: '所有人', signed_in: '已登录的客户', agents: '仅客服', team: '一个团队', of_team: '仅团队：{team}' },
    valid: { coming: '{date} 起生效', ending: '{date} 到期', over: '已过期（{date}）' }, any: { kind: '全部类型', status: '全部状态', lang: '全部语言', category: '全部分类', tag: '全部标签', channel: '所有渠道', audience: '所有人' },
    total: '共 {count} 条', found: '找到 {count} 条', clear: '清除筛选',
    view: '查看条目', entry_failed: '条目加载失败', title: '标题', text: '正文', write: '编辑', preview: '预览', tags: '标签', tags_hint: '输入后回车', category_hint: '例如 orders/returns', tab: { content: '内容', wordings: '问法', wordings_count: '问法 {count}', scope: '适用范围', history: '历史', usage: '使用情况' },
    wordings_hint: '客户会怎么问？问法越多，越容易找到。文章和文档也可以写。', owner: '负责人', valid_from: '生效时间', valid_until: '失效时间', no_limit: '不限', special: '特别的答案', special_hint: '给某个渠道或某类客户，代替一般的答案', add_special: '添加特别的答案', need_special: '特别的答案要选择渠道或客户', follow_ups: '后续问题', key: '标识', key_hint: '意图、评测和其他语言的译文用它引用这条知识', source: '来源',
    place: { page: '第 {name} 页', sheet: '工作表 {name}', slide: '幻灯片 {name}' },
    note: '改了什么（可不填，记入历史）', note_propose: '为什么这样改（给审核的人看）', publish: '发布', propose: '提交审核', propose_hint: '不直接发布，先由同事审核', proposed: '已提交审核', edit_change: '修改提案', archive: '归档', restore: '恢复使用', archived: '已归档，机器人不再使用', restored: '已恢复使用', delete_sure: '确定删除「{question}」和它的全部历史？如果只是不再使用，请归档。',
    discard: '放弃修改', discard_sure: '您写的内容还没有保存。', write_on: '继续编辑', conflict: '您编辑时，有同事保存了第 {version} 版。', conflict_hint: '您写的内容还在这里，没有丢失。', take_newer: '改看最新的一版', keep_mine: '仍然保存我的内容',
    history_failed: '历史加载失败', version: '第 {version} 版', now: '当前', compare: '比较', against: { before: '这一版改了什么', now: '与当前相比' }, is_now: '这就是当前的一版。', is_first: '这是最早的一版。', roll_back: '恢复到第 {version} 版', roll_back_button: '恢复', roll_back_sure: '条目会变回第 {version} 版的内容。现在的内容留在历史里，不会丢失。', rolled_back: '已恢复到第 {version} 版的内容',
    no_difference: '内容没有变化。', was: '原来：', becomes: '改为：', same_lines: '…… {count} 行不变', field: { kind: '类型', key: '标识', question: '标题', answer: '正文', variants: '问法', answers: '特别的答案', follow_ups: '后续问题', lang: '语言', category: '分类', tags: '标签', status: '状态', audience: '谁能看到', valid_from: '生效时间', valid_until: '失效时间', owner_id: '负责人', source: '来源' },
    usage_failed: '使用情况加载失败', use: { answered: '用来回答', offered: '作为选项', chosen: '被点选', shown: '被阅读', helpful: '有帮助', unhelpful: '没帮助', days: '最近 {count} 天', none: '还没有人用到这条知识。', comments: '读者留言', no_comments: '还没有留言。', chart: '最近 30 天的使用：用来回答 {answered} 次，作为选项 {offered} 次，被阅读 {shown} 次' },
    state_label: '提案的状态', state: { review: '待审核', draft: '草稿', accepted: '已采纳', refused: '已拒绝' }, origin_label: '来自', origin: { person: '同事提交', gap: '没人答得上', conversation: '来自会话', duplicate: '内容重复', contradiction: '互相矛盾', stale: '需要更新', unused: '没人用到' },
    review_failed: '提案加载失败', none_review: '没有等待审核的提案', none_review_hint: '机器人每天会检查知识库：没人答得上的问题、重复、矛盾和过时的条目。也可以现在就查。', none_draft: '没有草稿', none_accepted: '还没有采纳过提案', none_refused: '还没有拒绝过提案', tend: '现在检查', tend_hint: '找出没人答得上的问题、重复、矛盾和过时的条目', tending: '正在检查，找到的会出现在这里。',
    would_add: '新增条目', would_change: '修改条目', would_archive: '归档条目', proposal: '提案', all_proposals: '全部提案', pick: '选择一个提案', pick_hint: '看依据和改动，再决定采纳、修改或拒绝。', change_failed: '提案加载失败', proposed_by: '{name} 提于 {time}', to_entry: '查看现在的条目', accepted_by: '{name} 于 {time} 采纳', refused_by: '{name} 于 {time} 拒绝',
    evidence: '依据', asked: '问过 {count} 次', an_entry: '一条知识', likeness: '相似度 {share}', conversation: '会话 {number}', what_changes: '改动', what_is_new: '新的内容', no_answer_yet: '还没有答案：先编辑，写好再采纳。', effect: '采纳后的效果', effect_hint: '用评测问题各考一次：采纳前和采纳后，正确的条目排第几。', effect_button: '测一测效果', effect_again: '再测一次', effect_of: '{count} 个评测问题，测于 {time}',
    figure: { hit1: '首条命中率', hit5: '前五条命中率', mrr: '平均倒数排名' }, figure_hint: { hit1: '正确的条目排在第一的比例', hit5: '正确的条目在前五条里的比例', mrr: '1 表示总在第一，0.5 约为第二' }, way: { better: '变好', worse: '变差', same: '不变' },
    accept: '采纳并发布', refuse: '拒绝', refuse_why: '为什么拒绝（可不填）', accepted: '已采纳并发布', refused_done: '已拒绝', outdated: '提出之后，这条知识又被改过，不能直接采纳。请对照现在的条目，在那里修改，然后拒绝这个提案。', others_decide: '提案由主管或管理员决定。', waits: '等待主管或管理员决定；在此之前您可以继续修改。',
    import: '导入', import_hint: 'CSV、XLSX、JSONL、Markdown（也可以是 ZIP），以及 Chatwoot、Zendesk 的导出。已有的条目会被更新。', import_role: '导入由主管或管理员进行。', import_format: '文件格式：{format}', unchanged: '{count} 条没有变化', to_review: '{count} 条草稿等待审核', notes: '{count} 处与文件不完全一样',
    export: '导出', export_hint: '全部条目，随时带走；导出的文件可以再导入。', format: { jsonl: 'JSONL', xlsx: 'Excel', csv: 'CSV', markdown_folder: 'Markdown 文件夹' }, format_hint: { jsonl: '全部内容，包括历史和提案', xlsx: '在表格里编辑', csv: '任何软件都能打开', markdown_folder: 'ZIP，每条一个文件' },
    document: '上传文档', document_hint: 'PDF、Word、Excel、PowerPoint、网页、Markdown、纯文本，可以一次多个，也可以拖到这里。', document_button: '选择文件', reading: { waiting: '等待中', reading: '读取中…', done: '已读取', failed: '读取失败' }, pages: '{count} 页',
    index: '搜索索引', index_hint: '改动通常在一秒内就能搜到。', index_failed: '索引状态加载失败', index_ready: '索引与知识库一致。', index_behind: '正在更新索引…', index_entries: '条目', index_passages: '段落', index_vectors: '可按含义搜索', index_pending: '等待处理', index_bytes: '占用空间', words_only: '没有安装语义模型，目前只按词语搜索。', index_anew: '启动时重建了索引：{why}', rebuild: '重建索引', rebuild_hint: '重建时照常可以搜索', rebuilt: '索引已重建',
    web: {
      title: '网站', hint: '读取网站上的页面，作为知识使用，并定时更新。', new: '添加网站', edit: '编辑网站', empty: '还没有网站。', failed: '网站加载失败', every: '每 {hours} 小时读取', by_hand: '手动读取', last: '上次读完 {time}', reading: '正在读取…', outcome: '新增 {added} 页，更新 {changed} 页，不变 {unchanged} 页，消失 {gone} 页', skipped: '{count} 项没有读取', read: '立即读取', delete_sure: '不再读取 {start}？已经读到的条目会保留。',
      start: '网站地图或起始页面', need_start: '请填写以 http:// 或 https:// 开头的网址', include: '只读这些路径', exclude: '不读这些路径', hosts: '允许的域名', hosts_hint: '每行一个；不填则只有起始页面的域名', every_hours: '隔几小时再读', every_hint: '0 表示手动', max_pages: '最多页数', save: '保存并读取',
    },
    eval: {
      hint: '用一组问题考一考搜索：正确的条目排在第几。改动知识前后各测一次，就知道是变好还是变差。', run: '开始评测', of: '测了 {count} 个有答案的问题', questions: '评测问题', search: '搜索评测问题', add: '添加问题', added: '已添加 {count} 个问题', failed: '评测问题加载失败', empty: '还没有评测问题', empty_hint: '写下客户真实的问法，选出能回答它的条目。', nothing: '没有条目能回答', need: '请填写问题', right: '能回答的条目', right_hint: '搜索并选择', nothing_hint: '不选表示：知识库里没有答案，应当说不知道。',
    },
  },
  sites: {
    hint: '把公开的条目做成帮助中心网站，客户可以自己查。', add: '新建站点', edit: '编辑站点', empty: '还没有帮助中心', on: '已开放', off: '未开放', saved: '已保存', delete_sure: '确定关闭并删除「{name}」？条目不受影响。', slug: '网址', bad_slug: '网址只能用小写字母、数字和短横线', taken: '这个网址已经有站点在用，请换一个。', name_zh: '中文名称', name_en: '英文名称', tagline_zh: '中文标语', tagline_en: '英文标语', need_name: '请为每种语言填写名称', need_language: '至少选择一种语言',
    languages: '语言', category: '只包含这个分类', inbox: '页面上的在线咨询', accent: '主题颜色', base_url: '自己的域名（可不填）', enabled: '对外开放',
  },
}
