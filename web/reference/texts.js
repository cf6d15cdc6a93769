export const TEXTS = {
  zh: {
    skip: '跳到正文', loading: '正在读取接口文档…', failed: '读不到 /openapi.json，请稍后刷新。', search: '搜索接口（按 / 聚焦）', index: '接口目录', none: '没有符合的接口。',
    theme: '外观', system: '跟随系统', light: '浅色', dark: '深色', parameters: '参数', body: '请求体', responses: '响应', request: '请求示例', response: '响应示例', copy: '复制', copied: '已复制',
    required: '必填', fields: '展开字段', show: '展开结构', otherwise: '其他情况', empty: '无内容', open: '无需登录', or_null: '或 null', one_of: '以下之一', list_of: '列表：', map_of: '键值：', any: '任意', characters: '个字符', default: '默认',
    in_query: '查询参数', in_path: '路径', in_header: '请求头', in_cookie: 'Cookie',
    intro: '这里列出服务器的全部 HTTP 接口，由服务器自己的 OpenAPI 文档生成。请在控制台的「设置 → API 令牌」里新建令牌，并在请求头里带上 Authorization: Bearer 令牌。出错时返回 application/problem+json（RFC 9457），其中 code 供程序判断，detail 供人阅读。',
    about: '控制台和聊天窗口能做的，任何程序都能做：它们用的就是这套接口。\n\n登录（`/auth/login`，使用 Cookie 和 `X-CSRF-Token`），或在请求头里带上个人令牌（`Authorization: Bearer yd_…`）。访客使用 `/visitor/session` 发给的令牌。\n\n列表按游标分页：把 `next_cursor` 作为下一次请求的 `cursor`。实时更新走 WebSocket：客服连 `/api/v1/ws`，访客连 `/api/v1/visitor/ws`，规则见 docs/delivery.md。',
  },
  en: {
    skip: 'Skip to the content', loading: 'Reading the API document…', failed: '/openapi.json cannot be read. Reload the page later.', search: 'Search (press /)', index: 'Operations', none: 'Nothing matches.',
    theme: 'Appearance', system: 'System', light: 'Light', dark: 'Dark', parameters: 'Parameters', body: 'Request body', responses: 'Responses', request: 'Request', response: 'Response', copy: 'Copy', copied: 'Copied',
    required: 'required', fields: 'Show fields', show: 'Show structure', otherwise: 'otherwise', empty: 'no content', open: 'No sign-in needed', or_null: 'or null', one_of: 'one of', list_of: 'list of', map_of: 'map of', any: 'anything', characters: 'characters', default: 'default',
    in_query: 'query', in_path: 'path', in_header: 'header', in_cookie: 'cookie',
    intro: 'Every HTTP operation of this server, made from its own OpenAPI document. Make a token in the console under Settings → API tokens and send it as Authorization: Bearer TOKEN. Errors are application/problem+json (RFC 9457): code is for programs, detail is for people.',
  },
  groups: {
    'Signing in': '登录', Conversations: '会话', Contacts: '客户', Files: '文件', Knowledge: '知识库', 'Users and teams': '用户与团队', Inboxes: '渠道', 'API tokens': 'API 令牌', Jobs: '后台任务', Visitors: '访客', Operations: '运维', Health: '健康检查',
  },
}
