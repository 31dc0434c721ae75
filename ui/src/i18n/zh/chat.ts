import type { chatTexts as En } from "#src/i18n/en/chat.ts"

/** Texts of the team's chat, in simplified Chinese. */
export const chatTexts: Readonly<Record<keyof typeof En, string>> = {
  "chat.title": "团队聊天",
  "chat.log": "消息",
  "chat.online": "{{ n }} 人在线",
  "chat.empty": "还没有人发言",
  "chat.empty-detail":
    "在下方给团队留言。用 @ 点名成员，它会在这里回复；用 T-12 引用任务。“@名称 /new”开启新对话，“@名称 /stop”停止它正在做的事。",
  "chat.empty-then": "到那时还没有人发言。",
  "chat.message": "给团队发消息",
  "chat.placeholder": "给团队发消息，@ 与成员对话，T-12 引用任务",
  "chat.send": "发送消息",
  "chat.sending": "发送中…",
  "chat.not-sent": "未发送",
  "chat.discard": "丢弃",
  "chat.mention": "可提及的成员",
  "chat.unread": "新消息",
  "chat.new-below.one": "下方有 {{ n }} 条新消息",
  "chat.new-below.other": "下方有 {{ n }} 条新消息",
  "chat.turn-of": "{{ member }} 的回合",
  "chat.turn-open": "打开 {{ task }}，即 {{ member }} 的回合",
  "chat.stop": "停止",
  "chat.stopped": "在聊天中被停止",
  "chat.make-task": "转为任务",
  "chat.direct": "与 @{{ member }} 私聊",
  "chat.direct-back": "返回团队",
  "chat.direct-empty":
    "这里的内容只发给这位成员，它也在这里回复。私聊独立于团队聊天，但同样记录在团队的日志中。“/new”重新开始，“/stop”停止它正在做的事。",
  "chat.thread": "聊天",
  "chat.thread-say": "就此任务说点什么",
  "chat.thread-send": "发送",
  "chat.failed": "无法读取更早的消息",
}
