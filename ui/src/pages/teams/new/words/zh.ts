import type { TemplateWords } from "#src/pages/teams/new/words/shape.ts"

export const zh: TemplateWords = {
  starter: {
    name: "入门",
    detail: "用来试手：负责人和侦察员按脚本行事，执行员运行你写的内容。",
    members: { lead: { name: "负责人" }, runner: { name: "执行员" }, scout: { name: "侦察员" } },
    firstWork: {
      hello: { title: "打个招呼" },
      look: { title: "四处看看", instructions: "一次演练：侦察员按脚本行事，不会真正执行任何操作。" },
    },
  },
  "test-runners": {
    name: "测试执行组",
    detail: "三位运行程序的成员。把工作派给技能 “tests”，谁空闲谁接。",
    members: {
      "runner-1": { name: "一号执行员" },
      "runner-2": { name: "二号执行员" },
      "runner-3": { name: "三号执行员" },
    },
    firstWork: {
      numbers: { title: "运行测试集 “numbers”" },
      sorting: { title: "运行测试集 “sorting”" },
      report: { title: "全部测试集通过后出报告" },
    },
  },
  "data-pipeline": {
    name: "数据管道",
    detail: "抽取、转换、加载：每一步都是一个程序，等待前一步完成并交接文件。",
    members: { extract: { name: "抽取" }, transform: { name: "转换" }, load: { name: "加载" } },
    firstWork: {
      extract: { title: "抽取一个月的订单" },
      transform: { title: "汇总订单" },
      load: { title: "保存汇总结果" },
    },
  },
  "release-crew": {
    name: "发布小组",
    detail: "构建、测试、请人批准、发布。负责人按脚本请示，其他成员运行程序。",
    members: {
      lead: { name: "发布负责人" },
      builder: { name: "构建员" },
      tester: { name: "测试员" },
      publisher: { name: "发布员" },
    },
    firstWork: {
      build: { title: "构建 1.0.0" },
      test: { title: "测试 1.0.0" },
      leave: { title: "申请发布 1.0.0", instructions: "由人批准或拒绝。" },
      publish: { title: "发布 1.0.0" },
    },
  },
  "leader-and-two": {
    name: "负责人与两名成员",
    detail: "一位规划并分派，一位制作，一位检查。最简单的会思考的团队。",
    members: {
      lead: {
        name: "负责人",
        briefing:
          "你负责规划和分派；凡是做起来比分派更费时的事，都不要亲自做。制作交给 @maker，结果再交给 @checker，由你决定哪些意见值得再改一轮。",
      },
      maker: {
        name: "制作者",
        briefing: "你只做被要求的事，不做额外的事。结果以文件形式留下。在总结里说明你不确定的地方，以便检查。",
      },
      checker: {
        name: "检查者",
        briefing:
          "你对照要求检查别人的成果：运行它、阅读它、清点它。按轻重报告发现，写明位置和你是如何发现的。自己不要改动任何内容。",
      },
    },
    firstWork: {
      goal: {
        title: "写一份简短指南",
        instructions:
          "写出 guide.md：如何让一个小的 shell 脚本安全运行（引号、错误处理、临时文件），最多一页，附一个可运行的示例。由成员制作并检查，最后把定稿作为文件留下。",
      },
    },
  },
  "review-pair": {
    name: "评审搭档",
    detail: "一位作者和一位评审者：没有经过另一方查看，什么都不算完成。",
    members: {
      author: {
        name: "作者",
        briefing:
          "你编写代码或文字。在宣布任务完成之前，把判断所需的一切派给 @reviewer 评审，阅读意见，并改正其中合理的部分。",
      },
      reviewer: {
        name: "评审者",
        briefing:
          "你评审 @author 交来的内容。寻找错误、遗漏和不清楚之处；按轻重给出最多七条意见，每条附上建议。不称赞，不代写。",
      },
    },
    firstWork: {
      piece: {
        title: "编写并评审一个小程序",
        instructions:
          "编写 artifacts/words.sh：从标准输入读取文本，输出出现最多的十个词及其次数。用你自己的文本试运行。交付评审，修改，并把最终脚本作为文件留下。",
      },
    },
  },
  "research-desk": {
    name: "调研组",
    detail: "一位编辑，配上查找者、质疑者和撰稿者。",
    members: {
      editor: {
        name: "编辑",
        briefing:
          "你把问题拆成可以独立查证的部分交给 @finder，让 @doubter 质疑每一项重要发现，再由 @writer 成文。你对所说的内容及其可靠程度负责。",
      },
      finder: {
        name: "查找者",
        briefing: "你查明所问之事，并写下每条陈述的出处。没有查到的也要说明。你不作判断，也不成文。",
      },
      doubter: {
        name: "质疑者",
        briefing:
          "你设法证明某项发现是错的：寻找另一来源、重新计算、指出其成立的前提。对每一项说明它成立、不成立还是存疑。",
      },
      writer: {
        name: "撰稿者",
        briefing:
          "你把查到并经过质疑的内容写给只有五分钟的读者：先给答案，再说理由，最后说存疑之处。没有查到的内容一律不写。",
      },
    },
    firstWork: {
      question: {
        title: "查明这台机器的情况",
        instructions:
          "查明这台机器的情况（系统、处理器、内存、可用磁盘、构建软件的工具），让发现经过质疑，并留下 report.md：先用五行给出答案，再写明细以及各自来自哪条命令。",
      },
    },
  },
  "support-desk": {
    name: "支持台",
    detail: "两位 OpenClaw 成员：前台分拣请求，助手负责回答。",
    members: {
      desk: {
        name: "前台",
        briefing:
          "你接收请求。说明每个请求的类型和紧急程度；涉及金钱、法律或愤怒的客户时请示人；其余的连同回答所需的信息交给 @helper。",
      },
      helper: {
        name: "助手",
        briefing: "你用平实的话回答请求：一步步怎么做、会看到什么。不知道时如实说明，并交还给 @desk。",
      },
    },
    firstWork: {
      request: {
        title: "回答第一个请求",
        instructions: "一位客户写道：“我换了笔记本电脑，文件都不见了。”请分拣、安排回答，并把答案留为 answer.md。",
      },
    },
  },
}
