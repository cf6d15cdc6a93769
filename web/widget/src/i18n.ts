export type Locale = "zh-CN" | "en";

const zh = {
  launcherOpen: "打开在线客服",
  launcherUnread: (n: number) => `打开在线客服，${n} 条未读消息`,
  close: "关闭对话",
  menu: "更多选项",
  language: "语言",
  title: "在线客服",
  online: "在线，随时为您解答",
  withPeople: "正在为您服务",
  queued: "正在排队等待人工客服",
  away: "现在是非工作时间，请留言",
  robotNote: "回答由智能助手自动生成",
  log: "对话记录",
  assistant: "智能助手",
  agent: "人工客服",
  you: "您",
  handOver: "转人工",
  handOverHint: "与人工客服交谈",
  handed_over: "正在为您转接人工客服…",
  assigned: "客服已接入",
  returned_to_bot: "智能助手继续为您服务",
  resolved: "会话已结束",
  reopened: "会话已重新开始",
  offline: "网络已断开，消息会在恢复后发送",
  connecting: "正在连接…",
  unavailable: "暂时无法使用",
  refused: "在线客服暂时无法使用，请稍后再来",
  placeholder: "请输入消息…",
  composer: "输入消息，按 Enter 发送，按 Shift + Enter 换行",
  send: "发送",
  picture: "发送图片",
  file: "发送文件",
  dropHere: "松开即可发送文件",
  charsLeft: (n: number) => (n >= 0 ? `还可输入 ${n} 字` : `超出 ${-n} 字，请缩短或分条发送`),
  sending: "发送中",
  sent: "已发送",
  read: "已读",
  failed: "未发送",
  retry: "重试",
  discard: "删除",
  uploading: (percent: number) => `上传中 ${percent}%`,
  tooLarge: (name: string, limit: string) => `“${name}”超过 ${limit}，请压缩后再发送`,
  emptyFile: (name: string) => `“${name}”是空文件，无法发送`,
  uploadRefused: (name: string) => `“${name}”无法发送，请换一个文件`,
  articles: "这些文章也许能帮到您",
  newWindow: "在新窗口打开",
  hideArticles: "不看文章",
  stale: "这条消息写于一天以前，需要发送吗？",
  rateLimited: "发送太快，请稍候再试",
  typing: "对方正在输入",
  older: "查看更早的消息",
  loading: "加载中…",
  newMessages: "新消息",
  toNewest: "回到最新消息",
  today: "今天",
  yesterday: "昨天",
  image: "图片",
  viewImage: (name: string) => `查看图片 ${name}`.trim(),
  openImage: "在新窗口打开",
  fileGone: "文件无法打开",
  download: (name: string) => `下载 ${name}`,
  voice: "语音消息",
  unsupported: "暂不支持显示这条消息",
  details: "查看详情",
  saysNew: (who: string, text: string) => `${who}：${text}`,
};

export type Texts = typeof zh;

const en: Texts = {
  launcherOpen: "Open chat",
  launcherUnread: (n) => `Open chat, ${n} unread ${n === 1 ? "message" : "messages"}`,
  close: "Close chat",
  menu: "More options",
  language: "Language",
  title: "Support",
  online: "Online, happy to help",
  withPeople: "A person is helping you",
  queued: "Waiting for a person",
  away: "We are closed right now. Leave a message",
  robotNote: "Answers are written by an automatic assistant",
  log: "Conversation",
  assistant: "Assistant",
  agent: "Support",
  you: "You",
  handOver: "Talk to a person",
  handOverHint: "Talk to a person instead of the assistant",
  handed_over: "Connecting you with a person…",
  assigned: "A person has joined",
  returned_to_bot: "The assistant is back",
  resolved: "Conversation ended",
  reopened: "Conversation reopened",
  offline: "You are offline. Messages will be sent when you are back",
  connecting: "Connecting…",
  unavailable: "Not available",
  refused: "Chat is not available right now. Please come back later",
  placeholder: "Write a message…",
  composer: "Write a message. Enter sends, Shift + Enter starts a new line",
  send: "Send",
  picture: "Send a picture",
  file: "Send a file",
  dropHere: "Drop to send",
  charsLeft: (n) => (n >= 0 ? `${n} characters left` : `${-n} characters too many. Shorten it or send it in parts`),
  sending: "Sending",
  sent: "Sent",
  read: "Read",
  failed: "Not sent",
  retry: "Retry",
  discard: "Delete",
  uploading: (percent) => `Uploading ${percent}%`,
  tooLarge: (name, limit) => `“${name}” is larger than ${limit}. Please make it smaller`,
  emptyFile: (name) => `“${name}” is empty and cannot be sent`,
  uploadRefused: (name) => `“${name}” cannot be sent. Please choose another file`,
  articles: "These articles may help",
  newWindow: "opens in a new window",
  hideArticles: "Hide articles",
  stale: "You wrote this more than a day ago. Send it?",
  rateLimited: "That was too fast. Please try again in a moment",
  typing: "Typing",
  older: "Show earlier messages",
  loading: "Loading…",
  newMessages: "New messages",
  toNewest: "Go to the newest message",
  today: "Today",
  yesterday: "Yesterday",
  image: "Picture",
  viewImage: (name) => `View picture ${name}`.trim(),
  openImage: "Open in a new window",
  fileGone: "The file cannot be opened",
  download: (name) => `Download ${name}`,
  voice: "Voice message",
  unsupported: "This message cannot be shown here",
  details: "View details",
  saysNew: (who, text) => `${who}: ${text}`,
};

export const LOCALES: readonly { id: Locale; name: string }[] = [
  { id: "zh-CN", name: "简体中文" },
  { id: "en", name: "English" },
];

export function texts(locale: Locale): Texts {
  return locale === "en" ? en : zh;
}

/** The supported language nearest to a language tag such as `zh-Hant-TW`. */
export function nearest(tag: string | null | undefined): Locale | null {
  if (!tag) return null;
  if (/^zh\b/i.test(tag)) return "zh-CN";
  return /^en\b/i.test(tag) ? "en" : null;
}

/** The first of `wishes` that is supported. A reader of any other language is more likely to read English. */
export function detect(wishes: readonly (string | null | undefined)[]): Locale {
  for (const wish of wishes) {
    const locale = nearest(wish);
    if (locale) return locale;
  }
  return "en";
}
