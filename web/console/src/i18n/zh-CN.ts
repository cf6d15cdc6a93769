import { assistZh } from './assist.zh-CN'
import { assistantZh } from './assistant.zh-CN'
import { knowledgeZh } from './knowledge.zh-CN'
import { languageZh } from './language.zh-CN'
const zhCN = {
  app: { name: '应答', tagline: '开源智能客服平台', console: '应答客服工作台' },
  common: {
    save: '保存', cancel: '取消', close: '关闭', delete: '删除', edit: '编辑', create: '新建', retry: '重试', refresh: '刷新',
    copy: '复制', copied: '已复制', loading: '加载中…', more: '加载更多', search: '搜索', back: '返回', none: '无', yes: '是', no: '否',
    done: '已完成', add: '添加', remove: '移除', actions: '操作', unnamed: '未命名', menu: '更多操作',
  },
  nav: { main: '主导航', inbox: '会话', tickets: '工单', assistant: '助手', knowledge: '知识库', language: '语言理解', settings: '设置', skip: '跳到主要内容' },
  login: {
    title: '登录工作台', subtitle: '用您的工作邮箱登录', email: '邮箱', password: '密码', submit: '登录', language: '界面语言',
    show_password: '显示密码', hide_password: '隐藏密码', need_email: '请填写邮箱', need_password: '请填写密码',
    bad: '邮箱或密码不正确，请重新输入。', limited: '尝试次数过多，请 {seconds} 秒后再试。', expired: '登录已过期，请重新登录。',
    promise_1: '一条消息，从不遗失', promise_2: '机器人的每个决定，都说得清为什么', promise_3: '数据留在您自己的服务器上',
  },
  user: {
    menu: '个人菜单', presence: '在线状态', online: '在线', away: '离开', unknown: '离线', language: '语言', theme: '外观',
    light: '浅色', dark: '深色', system: '跟随系统', send_key: '发送键', enter: 'Enter', ctrl_enter: 'Ctrl + Enter', sound: '提示音', on: '开', off: '关',
    shortcuts: '键盘快捷键', logout: '退出登录',
  },
  role: { admin: '管理员', supervisor: '主管', agent: '客服', 'read-only': '只读' },
  connection: {
    online: '已连接', connecting: '正在连接…', offline: '连接已断开，正在自动重连', signed_out: '未登录', reconnect: '立即重连',
  },
  list: {
    title: '会话列表', mine: '我的', unassigned: '待接入', bot: '机器人', all: '全部', unread: '{count} 条未读',
    empty_mine: '没有由您负责的会话', empty_mine_hint: '到「待接入」里接一个，或喝口水。', empty_unassigned: '没有客户在排队', empty_unassigned_hint: '新的排队会话会立即出现在这里。',
    empty_bot: '机器人没有进行中的会话', empty_bot_hint: '客户来询问时，机器人会先接待。', empty_all: '还没有会话', empty_all_hint: '把聊天窗口嵌入网站后，会话会出现在这里。',
    failed: '会话列表加载失败', end: '没有更多了', waiting_for: '已等待 {time}', you: '您', said: '{who}：{text}', typing: '正在输入…', choose_view: '选择会话列表',
  },
  kind: { text: '文字', image: '[图片]', file: '[文件]', voice: '[语音]', card: '[卡片]', choices: '[选项]' },
  status: { bot: '机器人', queued: '待接入', assigned: '处理中', waiting: '等客户', snoozed: '稍后', resolved: '已解决' },
  conversation: {
    pane: '会话', pick: '选择一个会话', pick_hint: '用 ↑ ↓ 在列表中移动，按 Enter 打开。', failed: '会话加载失败', missing: '没有找到这个会话',
    back: '返回列表', details: '客户与决策记录', timeline: '消息记录', older: '加载更早的消息', start: '会话由此开始', new_messages: '{count} 条新消息',
    typing_contact: '客户正在输入', typing_agent: '{name} 正在输入', new_from: '{name}：{text}', to_bottom: '回到最新消息',
    assigned_to: '由 {name} 负责', unassigned: '无人负责', via: '来自 {inbox}', snoozed_until: '{time} 提醒',
  },
  action: {
    take_over: '接管', return_to_bot: '转回机器人', snooze: '稍后提醒', assign: '指派', resolve: '解决', reopen: '重新打开',
    refused: '没有成功：{reason}',
  },
  snooze: {
    title: '稍后提醒', hint: '到时间，或客户再次来信时，会话会回到您的列表。', in_1h: '1 小时后', in_3h: '3 小时后', tomorrow: '明天 9:00', monday: '下周一 9:00', custom: '指定时间', pick: '选择日期和时间', past: '请选择将来的时间',
  },
  assign: {
    title: '指派会话', people: '同事', teams: '团队', to_queue: '放回待接入队列', search: '搜索同事', no_teams: '还没有团队', no_people: '没有符合的同事', current: '当前负责人', confirm: '指派',
  },
  message: {
    bot: '机器人', system: '系统', note: '内部备注', note_hint: '仅同事可见', sending: '发送中', stored: '已发送', failed: '未发送', retry: '重新发送', discard: '删除',
    offline: '网络中断，恢复后自动重发', read: '已读', delivered: '已送达', chosen: '点选', why: '为什么这样答', download: '下载 {name}', image: '图片', image_of: '图片：{name}', voice: '语音消息', voice_unplayable: '无法播放，可下载收听', open_link: '打开链接', choices_hint: '供客户点选', image_missing: '图片无法显示',
  },
  event: {
    opened: '会话开始', handed_over: '机器人转人工 · {reason}', assigned_user: '{actor} 指派给 {user}', taken: '{user} 接管了会话', assigned_team: '{actor} 转给团队 {team}', queued: '{actor} 放回待接入队列',
    returned_to_bot: '{actor} 转回机器人', snoozed: '{actor} 设为 {time} 提醒', woke: '稍后提醒已结束', resolved: '{actor} 标记为已解决', reopened: '会话重新打开', contact_changed: '客户资料已合并',
    customer: '客户', someone: '同事', system: '系统', bot: '机器人',
  },
  reason: { requested: '客户要求人工', repeated_failure: '机器人连续未能回答', cannot_read: '机器人无法识别内容', intent: '这类诉求由人工处理', safety: '涉及人身安全或未成年人，请优先处理', upset: '客户情绪激动', flow: '流程要求转人工', high_value: '客户或金额重要', rule: '规则要求转人工', tool_failed: '业务系统没有响应', guard: '回答未通过审核' },
  composer: {
    region: '写消息', reply: '回复', note: '备注', reply_placeholder: '回复客户…', note_placeholder: '写给同事的备注，客户看不到…', send: '发送', save_note: '保存备注',
    attach: '添加附件', drop: '松开即可发送文件', uploading: '正在上传 {name}', too_large: '{name} 超过 20 MB，无法发送', too_long: '最多 10000 字，当前 {count} 字', upload_failed: '{name} 上传失败：{reason}',
    blocked_bot: '机器人正在接待。接管后才能回复客户。', blocked_queued: '客户在排队。接管后才能回复。', blocked_resolved: '会话已解决。重新打开后才能回复。', blocked_role: '您的账号只能查看，不能回复。',
    enter_hint: 'Enter 发送，Shift + Enter 换行', ctrl_enter_hint: 'Ctrl + Enter 发送，Enter 换行', others: '这个会话由 {name} 负责',
  },
  contact: {
    tab: '客户', name: '姓名', email: '邮箱', phone: '电话', locale: '语言', attributes: '属性', identities: '身份', earlier: '其他会话', since: '首次来访 {time}',
    verified: '已验证', claimed: '未验证', visitor: '浏览器访客', external: '客户编号', empty: '未填写', no_attributes: '没有属性', no_identities: '没有身份信息', no_earlier: '没有其他会话',
    erased: '这位客户的个人信息已按要求永久销毁。', failed: '客户资料加载失败', edit: '编辑{field}', attribute_name: '属性名', attribute_value: '属性值', add_attribute: '添加属性', saved: '已保存',
  },
  trace: {
    tab: '决策记录', empty: '还没有决策记录', empty_hint: '机器人每回答一次，这里会记下它看到什么、权衡了什么、为什么这样做。', failed: '决策记录加载失败',
    input: '读到的文字', language: '识别语言', decided_by: '决策模块', took: '用时 {time}', said: '说了 {count} 条', candidates: '候选答案', confidence: '把握', threshold: '门槛 {value}', passed: '高于门槛', below: '低于门槛', terms: '词语权重', matched: '命中', unmatched: '未命中', nearest: '最接近的问法',
    zh: '中文', en: '英文', other: '其他', no_candidates: '知识库里没有相近的条目', chosen: '已采用', score: '检索得分 {value}', bar: '{question}：把握 {confidence}，门槛 {threshold}',
    flow: '走流程', generated: '由模型撰写', answer: '直接回答', answers: '逐项回答', graph: '由知识图谱回答', reading: '问题的读法', facts: '依据的事实', things: '说到的东西', open_wishes: '还有 {count} 件事没有答案', choices: '请客户选择', unknown: '表示不知道', hand_over: '转人工', failures: '连续第 {count} 次未能回答', trigger: '触发词', of_message: '回应的消息',
  },
  knowledge: {
    title: '知识库', count: '已显示 {count} 条', search: '搜索问题或答案', empty: '知识库还是空的', empty_hint: '新建一条，或导入 CSV、XLSX、JSONL 或 Markdown 文件。', none_found: '没有找到符合的条目', failed: '知识库加载失败',
    question: '标准问题', answer: '答案', variants: '其他问法', variants_hint: '每行一个', lang: '语言', category: '分类', any_lang: '全部语言', variants_count: '另有 {count} 种问法', new: '新建条目', edit: '编辑条目', delete_sure: '确定删除「{question}」？机器人将不再这样回答。', saved: '已保存', deleted: '已删除',
    import: '导入文件', import_hint: '支持 CSV、XLSX、JSONL、Markdown', imported: '新增 {added} 条，更新 {updated} 条', refused: '{count} 行未导入', place: '位置', problem: '原因', need_question: '请填写标准问题', need_answer: '请填写答案', read_only: '您的账号只能查看知识库。',
    ask: '试一试', ask_hint: '用客户的话提问，看机器人会怎样决定。', ask_placeholder: '例如：怎么退货？', ask_button: '提问', ask_failed: '提问失败',
  },
  ...assistZh,
  ...assistantZh,
  ...knowledgeZh,
  ...languageZh,
  settings: {
    title: '设置', users: '用户', teams: '团队', inboxes: '渠道', sites: '帮助中心', tokens: 'API 令牌', jobs: '后台任务', account: '我的账号', sections: '设置分类', failed: '加载失败', admin_only: '只有管理员能更改这里的设置。',
  },
  users: {
    hint: '能登录工作台的人。停用的账号不能登录，写过的内容会保留。', name: '姓名', email: '邮箱', role: '角色', state: '状态', active: '启用', inactive: '停用', add: '添加用户', password: '初始密码', password_hint: '至少 10 个字符，请让对方登录后修改。', deactivate: '停用', activate: '启用', deactivate_sure: '确定停用 {name}？对方会立即退出登录。', you: '（您）', added: '已添加', need: '请完整填写姓名、邮箱和密码',
  },
  teams: {
    hint: '会话可以转给团队，团队里的人都能接入。', name: '团队名称', members: '成员', add: '新建团队', edit: '编辑成员', empty: '还没有团队', none: '没有成员', need: '请填写团队名称', saved: '已保存',
  },
  account: {
    hint: '修改密码后，您在其他设备上的登录会失效。', current: '当前密码', next: '新密码', again: '再次输入新密码', save: '修改密码', saved: '密码已修改', need: '请完整填写', short: '新密码至少 10 个字符', differ: '两次输入的新密码不一致', wrong: '当前密码不正确',
  },
  hours: {
    title: '人工服务时间', always: '全天候', set: '按时间表', zone: '时区', day_0: '周一', day_1: '周二', day_2: '周三', day_3: '周四', day_4: '周五', day_5: '周六', day_6: '周日', open: '开始', close: '结束', closed: '休息', holidays: '另有 {count} 个特殊日期，保持不变。', order: '结束时间须晚于开始时间',
  },
  erase: {
    title: '永久销毁个人信息', button: '销毁个人信息…', warning: '将销毁这位客户的姓名、联系方式、消息和文件的密钥，任何人都无法再读取，也无法恢复。', done: '个人信息已销毁',
  },
  merge: {
    title: '合并客户', button: '合并到其他客户…', hint: '如果两个客户是同一个人，可以把「{name}」并入另一个客户：身份和会话都会转过去。', search: '邮箱、电话或客户编号（完整）', find: '查找', none: '没有找到其他客户', into: '并入', done: '已合并', warning: '合并后无法拆开。',
  },
  typed: { label: '请输入「{word}」以确认' },
  inboxes: {
    hint: '客户从这里联系您。把代码粘贴到网页的 </body> 之前即可。', web: '网页聊天', api: 'API 接入', bot_on: '机器人先接待', bot_off: '人工直接接待', snippet: '嵌入代码', empty: '还没有渠道', key: '渠道标识', add: '新建渠道', edit: '编辑渠道', name: '名称', kind: '类型', key_hint: '3 到 64 个小写字母、数字或短横线；留空则自动生成', need: '请填写名称',
    bot: '机器人先接待', persona_zh: '机器人中文名', persona_en: '机器人英文名', greeting_zh: '中文欢迎语', greeting_en: '英文欢迎语', origins: '允许嵌入的网站', origins_hint: '每行一个，例如 https://shop.example；留空则不限制', saved: '已保存',
    proof: '只相信有签名的客户编号', secret: '身份密钥', secret_hint: '您的服务器用它为客户编号签名（HMAC-SHA256）。', secret_new: '生成新密钥', secret_sure: '生成后，旧密钥立即失效。', secret_once: '请立即复制密钥，它只显示这一次。',
  },
  tokens: {
    hint: '程序用令牌访问 API。令牌的权限不会超过它的主人。', name: '名称', scopes: '权限', expires: '有效期', days: '{count} 天', never: '永不过期', new: '新建令牌', once: '请立即复制令牌，它只显示这一次。', empty: '还没有令牌', delete_sure: '确定删除令牌「{name}」？使用它的程序会立即失去访问权限。', need: '请填写名称并至少选择一项权限', expires_at: '{time} 到期', name_placeholder: '例如：订单系统',
  },
  scope: {
    'conversations:read': '查看会话', 'conversations:write': '处理会话', 'contacts:read': '查看客户', 'contacts:write': '修改客户', 'knowledge:read': '查看知识', 'knowledge:write': '修改知识', admin: '全部权限',
  },
  jobs: {
    hint: '多次重试仍失败的任务会停在这里。排除原因后可以再次执行。', kind: '类型', attempts: '已尝试', error: '最后错误', retry: '再次执行', empty: '没有失败的任务', empty_hint: '一切正常。', dead: '失败', ready: '等待', running: '执行中', retried: '已重新排队', state: '任务状态', nothing: '没有任务', times: '{count} 次', when: '时间',
  },
  shortcuts: {
    title: '键盘快捷键', move: '在会话列表中移动', open: '打开会话', reply: '切换到回复', note: '切换到备注', take_over: '接管', return_to_bot: '转回机器人', snooze: '稍后提醒', assign: '指派', resolve: '解决或重新打开', help: '显示快捷键',
  },
  error: {
    offline: '无法连接服务器，请检查网络。', wrong_status: '会话状态已改变，这个操作现在不能进行。', wrong_actor: '当前身份不能进行这个操作。', forbidden: '您没有权限进行这个操作。', not_found: '没有找到，可能已被删除。',
    rate_limited: '操作太频繁，请稍后再试。', payload_too_large: '文件太大，最多 20 MB。', unsupported_media_type: '不支持这种文件格式。', bad_content: '内容不符合要求。', csrf: '页面已过期，请刷新后重试。', conflict: '已存在，或刚被别人修改。', unavailable: '服务器暂时不可用，请稍后再试。', internal: '服务器出错了，请稍后再试。', other: '操作没有成功。', request: '请求编号 {id}', page: '页面出错了', unauthenticated: '登录已过期，请重新登录。', bad_request: '填写的内容有误，请检查后重试。',
  },
}

export default zhCN
export type Messages = typeof zhCN
