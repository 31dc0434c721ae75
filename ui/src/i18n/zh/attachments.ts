import type { attachmentTexts as En } from "#src/i18n/en/attachments.ts"

/** Texts of files that go with messages and tasks, in simplified Chinese. */
export const attachmentTexts: Readonly<Record<keyof typeof En, string>> = {
  "attach.add": "添加附件",
  "attach.list": "文件",
  "attach.drop": "松开以添加附件",
  "attach.sending": "正在上传 {{ name }}",
  "attach.cancel": "停止上传 {{ name }}",
  "attach.remove": "移除 {{ name }}",
  "attach.retry": "重新上传 {{ name }}",
  "attach.too-large": "{{ name }} 超过 {{ max }}：请用其他方式分享，或拆分后上传。",
  "attach.too-many": "{{ name }} 未添加：一条消息最多 {{ max }} 个文件。",
  "attach.wait": "文件仍在上传",
  "attach.download": "下载",
  "event.FileUploaded": "上传了 {{ name }}（{{ size }}）",
  "event.with-files": "{{ said }}（{{ files }}）",
  "event.ChatMessagePosted.files.one": "{{ n }} 个文件",
  "event.ChatMessagePosted.files.other": "{{ n }} 个文件",
}
