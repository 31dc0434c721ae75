/** Texts of files that go with messages and tasks. */
export const attachmentTexts = {
  "attach.add": "Attach files",
  "attach.list": "Files",
  "attach.drop": "Drop files to attach them",
  "attach.sending": "Uploading {{ name }}",
  "attach.cancel": "Stop uploading {{ name }}",
  "attach.remove": "Remove {{ name }}",
  "attach.retry": "Upload {{ name }} again",
  "attach.too-large": "{{ name }} is larger than {{ max }}: share it some other way, or cut it into pieces.",
  "attach.too-many": "{{ name }} was left out: a message takes {{ max }} files.",
  "attach.wait": "Files are still being uploaded",
  "attach.download": "Download",
  "event.FileUploaded": "Uploaded {{ name }} ({{ size }})",
  "event.with-files": "{{ said }} ({{ files }})",
  "event.ChatMessagePosted.files.one": "{{ n }} file",
  "event.ChatMessagePosted.files.other": "{{ n }} files",
} as const
