/** What the pages about the assistant, tickets and tags say. */
export const assistantZh = {
  assistant: {
    title: '助手', tabs: '助手的页面', unsaved: '未保存', read_only: '只读', flow: '流程', unfit: '文件有错误，改好才能使用：',
    which: { draft: '草稿', live: '版本 {number}（使用中）', release: '版本 {number}' },
    editor: { find: '查找', replace_with: '替换为', next: '下一个', previous: '上一个', all: '全选', match_case: '区分大小写', regexp: '正则', by_word: '整词', replace_one: '替换', replace_all: '全部替换', close_search: '关闭', go_to_line: '转到行' },
    flows: {
      tab: '流程', files: '助手的文件', file: '文件', failed: '文件加载失败', file_failed: '文件打不开', empty: '还没有文件', empty_hint: '新建一个流程，机器人就能一步步帮客户办事。', pick: '选择一个文件', pick_hint: '流程写清一件事怎样办。改动先存为草稿，发布之后客户才会遇到。',
      search: '搜索文件', none_found: '没有符合的文件', new: '新建文件', kind: '类型', name: '文件名', bad_name: '文件名只能用小写字母、数字、短横线和下划线', bad_flow_name: '流程名以小写字母开头，只能用小写字母、数字和下划线', name_taken: '已有同名文件',
      group: { flows: '流程', tools: '工具', tests: '测试对话', customers: '模拟客户', other: '其他' },
      group_hint: { flows: '一个文件一个流程：问什么、查什么、说什么。', tools: '流程可以调用的业务系统接口。', tests: '一段对话和对它的期望，发布前自动检查。', customers: '有目标、有脾气的客户，与助手对话多次。', other: '措辞、审核规则和语言模型。' },
      text: '文本', graph: '流程图', show: '显示', text_of: '{path} 的文本，按 Esc 再按 Tab 离开编辑框', graph_of: '{path} 的流程图', graph_failed: '流程图没有画成。', graph_outdated: '文本有误，下面是上一次的流程图。', graph_none: '文本有误，还画不出流程图。', smaller: '缩小', larger: '放大',
      saved: '已保存为草稿', not_stored: '尚未保存', changed_by: '{name} 改于 {time}', discard: '放弃修改', discard_sure: '确定放弃对 {path} 的修改？', delete_sure: '确定删除 {path}？已发布的版本里仍然保留。', back: '返回文件列表',
      conflict: '{name} 在 {time} 保存了这个文件。', gone: '这个文件已被别人删除。', conflict_hint: '您写的内容还在这里，没有丢失。', take_theirs: '改用对方的', keep_mine: '保存我的', mine_against: '我的与对方的有什么不同',
      problems: '检查结果', no_problems: '没有问题', checking: '检查中…', check_failed: '检查没有成功。', problems_fatal: '{fatal} 个错误，共 {count} 个问题', problems_other: '{count} 个提醒，{fatal} 个错误', fatal: '个错误', warnings: '个提醒', fatal_one: '错误', warning_one: '提醒',
    },
    try: {
      tab: '试聊', talk: '与助手试聊', which: '试哪个版本', lang: '客户的语言', again: '重新开始', empty: '和助手聊一聊', hint: '像客户一样说话，右边会显示每一步为什么这样做。查询是真的，但不会真的改动任何东西。', unsaved: '有未保存的修改，试聊用的是已保存的草稿。', placeholder: '像客户一样说…', over: '这段对话已结束，请重新开始', changed: '文件改过了，这段对话不能继续，请重新开始。', no_trace: '每说一句，这里会显示助手的判断。', anonymous: '匿名访客', as: '身份：{name}',
      wait: '说话前先等多久', waits: { 0: '马上说', 45: '45 分钟后', 1440: '1 天后', 4320: '3 天后' },
      who: { name: '姓名', external_id: '客户编号', phone: '电话', verified: '已验证身份', hint: '从新的对话开始起作用。' },
    },
    tests: {
      tab: '测试', plan: '测试方式', hint: '每段测试对话都说好了客户说什么、期望发生什么。每次换一种说法多跑几遍，才知道是不是稳定。', runs: '每段跑几遍', noise: '错别字', only: '只测', only_hint: '名称或文件名的一部分', run: '运行 {count} 段测试', simulate: '{count} 位模拟客户', unsaved: '有未保存的修改，测试的是已保存的草稿。', busy: '有另一次运行还没结束，请稍候再试。',
      ready: '可以开始了', ready_hint: '失败的期望会逐条列出：期望什么，实际什么。', empty: '还没有测试对话', empty_hint: '在「流程」里新建一个测试对话文件。', result: '测试结果', passed: '通过', passed_hint: '{runs} 遍全部通过的对话', pass1_hint: '随便跑一遍能通过的比例', passall_hint: '{runs} 遍都通过的比例', took: '用时 {seconds} 秒，错别字 {noise}', skipped: '{count} 段没有运行：需要测试用的业务系统', skipped_hint: '为业务系统的设置项添加以 test_ 开头的同名项（例如 test_shop_url），测试就会用那里的系统。', of_runs: '{passed} / {runs} 遍通过', in_turn: '第 {turn} 轮', at_end: '对话结束时', expected: '期望', got: '实际', transcript: '对话过程', passing: '{count} 段全部通过',
      customers: '模拟客户', customers_hint: '每位聊 {runs} 次', sim_pass1_hint: '一次就办成的比例', sim_pass4_hint: '四次都办成的比例', by_flow: '各流程的结果', visit: { success: '办成了，{turns} 轮', failure: '没有办成，{turns} 轮', gave_up: '客户失去耐心，{turns} 轮' },
    },
    runs: {
      kind: { test: '测试对话', simulate: '模拟客户', walk: '随机漫步', replay: '重放', publish: '发布' },
      waiting: '即将开始…', step: { tests: '测试对话 {done} / {of}', customers: '模拟客户 {done} / {of}', walks: '随机对话 {done} / {of}', past: '过去的对话 {done} / {of}' }, failed: '，{count} 个没有通过', different: '，{count} 个不同', cancel: '取消', cancelled: '中途取消，没有保留结果。', broke: '中途出错，没有完成。', by: '{name}，{time}', in_background: '离开这个页面也会继续运行。',
      problem: { conflict: '测试期间文件被改过，请重新开始。', files_not_fit: '文件有错误，改好才能使用：', forbidden: '发起的人已经没有这项权限。', unavailable: '运行被中断，请重新开始。', too_slow: '时间太长或结果太多，请用「只测」缩小范围。' },
    },
    walks: { title: '随机漫步', run: '{count} 次随机漫步', hint: '客户随意点选、改口、乱说；在某一刻要求转人工，必须当场转接。', honoured: '转到人工', honoured_hint: '要求转人工的对话', count: '对话', count_hint: '共 {turns} 轮', before: '提前转接', before_hint: '由流程或规则转接', failure: '种子 {seed}，{turns} 轮', silent: '第 {turns} 轮没有回应', ignored: '「{words}」没有转接' },
    releases: {
      tab: '版本', failed: '版本加载失败', now: '新的对话使用版本 {number}。', none_live: '现在没有使用中的版本：助手只回答知识库里的问题。', publish: '发布', pause: '暂停', pause_sure: '暂停后，新的对话不再进入流程，助手只回答知识库里的问题。进行中的流程会办完。', paused: '流程已暂停', empty: '还没有发布过', empty_hint: '草稿发布之后，客户才会遇到。', number: '版本 {number}', live: '使用中', tests: '测试 {passed} / {all} · {share}', take_up: '取为草稿', take_up_sure: '现在的草稿会换成版本 {number} 的文件。', take_up_unsaved: '您未保存的修改也会丢失。', taken_up: '草稿已换成版本 {number} 的文件', go_live: '启用', live_sure: '新的对话将使用版本 {number}。进行中的流程按原来的版本办完。', is_live: '已启用版本 {number}', published: '版本 {number} 已发布并启用',
      publish_hint: '发布前会检查所有文件，并把每段测试对话跑四遍。发布后，新的对话立即使用新版本。', unsaved: '{count} 个文件未保存，不会被发布：', save_all: '全部保存', note: '改了什么', note_hint: '写给同事看，例如：退货先问原因', test_and_publish: '测试并发布', test_again: '再测一次', publish_anyway: '仍然发布', tests_failed: '{count} 段测试对话没有通过。可以先改好，也可以仍然发布。', last_failed: '{time} 的发布没有成功。', see_why: '看原因', outdated: '文件刚被改动，或另一次运行还没结束。请再试一次。',
      compare: '比较两个版本', from: '从', to: '到', changes: '改动', no_changes: '没有不同。', change_sum: '{files} 个文件不同，新增 {added} 行，删除 {removed} 行', change: { added: '新增', removed: '删除', changed: '修改' },
    },
    replay: {
      forgotten: '有客户的数据被销毁，这次重放的结果已一并删除。', title: '用过去的对话对照', hint: '把最近 100 段真实对话用两个版本各走一遍，看哪里会不一样。不会联系客户，也不会改动任何东西。', run: '开始对照', sum: '{conversations} 段对话、{turns} 轮；其中 {changed} 段、{changed_turns} 轮不一样。', hand_overs: '转人工 {from} → {to}', guard_hits: '审核拦截 {from} → {to}', conversation: '{turns} 轮中 {changed} 轮不同', kind: { commands: '判断', answers: '知识', says: '说法', asks: '所问', slots: '信息', calls: '调用', hand_over: '转人工', guard: '审核' },
    },
    outcomes: {
      tab: '成效', failed: '成效加载失败', hint: '助手参与过的每段对话怎样收场。七天之内客户为同一件事回来，会改记为「重新打开」，所以最近几天的数字还会变。', period: '时间范围', days: '{count} 天', ended: '结束的对话', ended_hint: '助手参与过的', confirmed_share: '客户确认解决', confirmed_hint: '客户自己说解决了的比例', settled_share: '确认与推定解决', settled_hint: '加上答完后客户没再说话的', empty: '这段时间还没有结束的对话', empty_hint: '对话结束，或客户一段时间没有再说话，就会计入。', by_day: '按天', by_flow: '按流程', no_flow: '知识问答', definitions: '每个数字的含义',
    },
    settings: {
      tab: '设置', failed: '设置加载失败', settings: '设置项', secrets: '密钥', settings_hint: '流程和工具可以引用的值，例如业务系统的网址。以 test_ 开头的，在测试时代替同名设置项。', secrets_hint: '工具访问业务系统用的密钥。加密保存，存入之后谁也看不到，只能更换。', new_setting: '添加设置项', new_secret: '添加密钥', edit_setting: '修改设置项', edit_secret: '更换密钥', no_settings: '还没有设置项', no_secrets: '还没有密钥', replace: '更换', delete_sure: '确定删除 {name}？用到它的工具会失败。', name: '名称', value: '值', bad_name: '名称以小写字母开头，只能用小写字母、数字和下划线，最多 64 个字符', need_value: '请填写值', setting_hint: '在文件里写作 settings.{name}', secret_hint: '在工具文件里写作 secrets.{name}',
    },
  },
  outcome: {
    title: '成效', open: '进行中', confirmed: '客户确认', assumed: '推定解决', handed_over: '转人工', abandoned: '中途离开', not_solved: '客户说没解决', reopened: '重新打开',
    means: { confirmed: '客户表示问题解决了。', assumed: '助手最后给出了回答，客户在 24 小时内没有再说话，或会话被标记为已解决。', handed_over: '转给了人工，或由人工接管。', abandoned: '助手还在等客户回答，或没有答上来，客户离开了。', not_solved: '客户说没有解决，之后既没有转人工，也没有再表示解决了；不论最后是谁说的话。', reopened: '曾算作解决，但客户在 7 天内为同一件事又回来了。' },
  },
  dialogue: {
    title: '流程', no_commands: '没有提出命令', refused: '未采纳', calls: '调用的工具', attempts: '共尝试 {count} 次', again: '沿用先前的结果', stack: '进行中的流程', asks: '在问 {slot}', asks_confirm: '等待确认', waiting: '排队的流程', steps: '经过 {count} 步', models: '语言模型', tokens: '输入 {input}，输出 {output} 词元', cost: '费用 {amount}',
    by: { rules: '规则', language: '语言理解', knowledge: '知识库', tap: '点选', model: '模型 {name}', engine: '引擎', event: '事件' },
    command: { start_flow: '开始流程', set_slot: '填入', fill_slot: '填入', correct_slot: '更正', cancel: '取消', cancel_flow: '取消流程', clarify: '澄清', chitchat: '闲聊', chit_chat: '闲聊', courtesy: '客套', hand_over: '转人工', answer: '知识回答', cannot_handle: '无法处理', affirm: '同意', deny: '不同意', yes: '同意', no: '不同意', resume: '继续', choose: '选择', skip: '跳过', repeat: '重复' },
    outcome: { ok: '成功', cached: '缓存', not_found: '没有找到', not_theirs: '不属于这位客户', refused: '被业务规则拒绝', limit: '超过限额', right: '没有权限', unverified: '身份未验证', input: '输入不符', schema: '答复格式不符', timeout: '超时', unreachable: '连不上', broken: '系统出错', uncertain: '不确定是否生效' },
    does: { collect: '询问', say: '说', do: '调用', branch: '分支', choice: '选择', confirm: '确认', for: '循环', set: '设值', forget: '忘记', call: '进入子流程', link: '转到流程', knowledge: '知识回答', undo: '撤销', hand_over: '转人工', end: '结束', again: '重新询问' },
    timing: { understanding: '理解', search: '检索', engine: '引擎', tools: '工具', guard: '审核' }, task: { propose: '提出命令', answer: '写回答', rephrase: '改写', summarise: '摘要', translate: '翻译', draft: '起草' },
    ended: { done: '{flow} 已办完', cancelled: '{flow} 已取消', failed: '{flow} 没有办成', handed_over: '{flow} 转人工', expired: '{flow} 已过期' },
  },
  guard: {
    title: '审核', rule: { number: '数字', name: '名称', claim: '没有依据的说法', contradiction: '矛盾', promise: '承诺', personal: '个人信息', link: '链接', forbidden: '禁用语', required: '必须说明', language: '语言', tone: '语气', length: '长度', injection: '注入的指令' }, action: { dropped: '已删去', replaced: '已替换', blocked: '已拦下', noted: '已记录' },
  },
  consent: {
    title: '同意', purpose: { marketing: '主动发送优惠和新消息' }, answer: { yes: '已同意', no: '已拒绝', unknown: '未表态' },
    never_said: '客户还没有表态。', by_contact: '客户在对话窗口里表示，{time}', by_bot: '客户告诉了助手，{time}', by_user: '{name} 记录，{time}', by_system: '系统记录，{time}',
    history: '全部记录', history_failed: '记录加载失败', history_more: '更早的记录', taken_back: '撤销之前的表态', said_at: '{time} 表示', noted_at: '{time} 记录', way: { widget: '对话窗口', api: '接口', agent: '客服台', import: '导入' }, way_unknown: '当时没有记录方式', wording: '对方看到的话', version: '版本 {version}',
    record: '记录客户同意', withdraw: '撤回同意', refuse: '记录客户拒绝',
  },
  tags: { title: '标签', filter: '按标签筛选', all: '全部标签', only: '标签为「{name}」', clear: '不再按标签筛选', none_with: '没有带这个标签的会话', add: '添加标签', remove: '移除标签 {name}', none: '没有标签' },
  tickets: {
    title: '工单', tab: '工单', new: '新建工单', none: '没有工单', failed: '工单加载失败', kind_label: '类型', kind: { ticket: '待办', callback: '回电' }, all_kinds: '全部类型', state_label: '状态', state: { open: '未完成', closed: '已完成' }, subject: '主题', text: '说明', phone: '回电号码', need_subject: '请填写主题', need_phone: '回电需要填写号码', close: '完成', reopen: '重新打开', closed_by: '{name} 完成于 {time}', conversation: '查看会话', more: '详情', erased: '内容已随客户信息销毁', empty_open: '没有未完成的工单', empty_closed: '没有已完成的工单', empty_hint: '机器人和客服都可以从会话里建立工单。',
  },
}
