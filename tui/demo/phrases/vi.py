"""What the Game Master says in Vietnamese. The keys are those of `en`."""

PHRASES: dict[str, tuple[str, ...]] = {
    "think.dice": (
        "Người chơi muốn gieo {dice}. Mình không được tự bịa ra con số, phải gọi công cụ.",
        "Gieo {dice}. Xúc xắc quyết định chứ không phải mình: mỗi viên một lần gọi công cụ.",
    ),
    "think.coin": (
        "Việc này để đồng xu quyết định. Mình gọi công cụ rồi chờ xem mặt nào ngửa lên.",
        "Sấp hay ngửa chỉ đồng xu mới biết. Tung thôi.",
    ),
    "think.magic": (
        "Đây là câu hỏi về số phận. Mình hỏi nhà tiên tri chứ không đoán bừa.",
        "Điều đó mình không biết được, nhưng nhà tiên tri thì có câu trả lời cho mọi chuyện.",
    ),
    "think.several": (
        "Nhiều việc một lúc: {what}. Không việc nào cần kết quả của việc kia nên gọi cùng lúc.",
        "Người chơi muốn {what}. Các việc này độc lập với nhau, có thể chạy song song.",
    ),
    "think.feat": (
        "Một hành động táo bạo. Cần gieo {dice} với độ khó 10, và nhà tiên tri sẽ cho biết số phận "
        "nghiêng về đâu. Hai việc không phụ thuộc nhau: gọi cả hai cùng lúc.",
        "Nhân vật thử làm một việc khó. {dice} quyết định thành bại, nhà tiên tri cho biết điềm "
        "báo. Cả hai cùng lúc.",
    ),
    "think.outcome": (
        "Đã có kết quả: {results}. Giờ thì nói xem điều đó nghĩa là gì.",
        "Mình có {results}. Chỉ nói đúng như vậy, không thêm bớt.",
    ),
    "think.story": (
        "Người chơi muốn nghe chuyện. Đó là nghề của Người kể chuyện, mình chuyển lời.",
        "Kể chuyện thì Người kể chuyện giỏi hơn mình.",
    ),
    "think.tale": (
        "Một câu chuyện có mở đầu, có hiểm nguy và có kết thúc. {known}",
        "Xem lại những gì đã xảy ra trên bàn chơi. {known} Mình sẽ đưa vào chuyện.",
    ),
    "think.back": ("Việc này thuộc về Quản trò. Mình trả lại lượt.",),
    "think.recall": (
        "Người chơi hỏi về chuyện lúc trước. Mình xem lại cuộc trò chuyện.",
        "Phải xem lại các kết quả cũ chứ không nói theo cảm tính.",
    ),
    "think.rules": ("Luật chơi thật ngắn gọn: một bảng độ khó rồi đến các lệnh.",),
    "think.code": ("Một ví dụ nhỏ bằng Python nói được nhiều hơn cả đoạn văn.",),
    "think.stats": ("Mình đếm những gì các công cụ đã trả về, không thêm gì khác.",),
    "think.talk": (
        "Không cần công cụ nào. Trả lời ngắn gọn là được.",
        "Chẳng có gì để gieo cả. Mình trả lời luôn.",
    ),
    "think.fault": ("Người chơi muốn xem một sự cố: {fault}. Mình diễn rồi giải thích sau.",),
    "before.dice": ("Để mình gieo nhé. ", "Xúc xắc trong tay rồi đây… ", "Gieo {dice} nào. "),
    "before.coin": ("Đồng xu bay lên đây. ", "Tung đồng xu nào. "),
    "before.magic": ("Mình hỏi nhà tiên tri… ", "Màn sương từ từ mở ra… "),
    "before.several": ("Vậy thì làm tất cả cùng lúc. ", "Nhiều câu trả lời đang đến. "),
    "before.feat": ("Bạn hít một hơi thật sâu. Để mình gieo nhé. ", "Gan dạ lắm! Gieo xem sao. "),
    "before.story": (
        "Lại gần bếp lửa đi: Người kể chuyện đến đây. ",
        "Chuyện này mình mời Người kể chuyện. ",
    ),
    "before.back": ("Vậy ta quay lại bàn chơi. ", "Việc này Quản trò rành hơn. "),
    "roll.best": ("**{n}!** Mặt cao nhất của d{sides} luôn. 🎉", "**{n}** trên d{sides}: tuyệt!"),
    "roll.worst": ("**1.** Trong bao nhiêu mặt của d{sides}… đau thật.", "**1**. Đen quá!"),
    "roll.high": ("**{n}** trên d{sides}. Gieo đẹp lắm!", "Viên d{sides} ra **{n}**: khá cao."),
    "roll.low": ("**{n}** trên d{sides}. Hơi thấp rồi.", "Viên d{sides} chỉ ra **{n}**."),
    "roll.many": (
        "Xúc xắc ra {list}: tổng cộng **{total}**.",
        "{list}: vậy là được **{total}**.",
    ),
    "coin.heads": ("Đồng xu **ngửa**.", "Mặt **ngửa** nhé."),
    "coin.tails": ("Đồng xu **sấp**.", "Mặt **sấp**, rõ ràng."),
    "magic": ("Nhà tiên tri phán: *“{answer}.”*", "Từ trong sương vọng ra: *“{answer}.”*"),
    "feat.climb.yes": (
        "**{n}!** Bạn leo lên tới đỉnh tường và thấy thung lũng trong nắng chiều.",
        "**{n}!** Bám từng viên đá, bạn đứng trên tường trước khi lính gác kịp quay lại.",
    ),
    "feat.climb.no": (
        "**{n}.** Leo được nửa chừng thì một viên đá bung ra và bạn tuột xuống. Chỉ đau lòng tự "
        "trọng thôi.",
        "**{n}.** Rêu trơn quá. Bạn lại ngồi đúng chỗ lúc bắt đầu.",
    ),
    "feat.fight.yes": ("**{n}!** Đòn đánh trúng đích, kẻ địch loạng choạng lùi lại.",),
    "feat.fight.no": ("**{n}.** Bạn đánh vào không khí, và không khí chẳng hề gì.",),
    "feat.sneak.yes": ("**{n}!** Không một cành cây gãy. Chẳng ai thấy bạn.",),
    "feat.sneak.no": ("**{n}.** Một cành cây gãy đánh rắc. “Ai đó?”",),
    "feat.open.yes": ("**{n}!** Ổ khóa kêu tách một tiếng, lối đi đã mở.",),
    "feat.open.no": ("**{n}.** Vẫn đóng chặt, mà dụng cụ của bạn thì cong rồi.",),
    "feat.jump.yes": ("**{n}!** Bạn như bay lên, rồi đứng vững ở bờ bên kia.",),
    "feat.jump.no": ("**{n}.** Hụt mất rồi. Bạn rơi xuống chỗ vừa sâu vừa lạnh.",),
    "tool.failed": (
        "Công cụ bị lỗi, và nó cho biết lý do:\n\n> {error}\n\nMình không bịa ra con số nào. "
        "Hay là ta gieo một viên xúc xắc có mặt đàng hoàng?",
    ),
    "tool.silent": ("Công cụ đó bị ngắt giữa chừng nên mình không biết kết quả ra sao.",),
    "next": ("Bạn làm gì tiếp theo?", "Rồi sao nữa?", "Đến lượt bạn.", "Bạn thử gì nào?"),
    "recall.rolls": ("Lần gieo gần nhất của bạn là **{last}**.", "Lúc nãy bạn gieo ra **{last}**."),
    "recall.all": ("Tất cả các lần gieo: {list}.", "Theo thứ tự từ đầu: {list}."),
    "recall.coin": ("Đồng xu lần cuối ra mặt **{side}**.",),
    "recall.magic": ("Lời cuối của nhà tiên tri là *“{answer}.”*",),
    "recall.prompt": ("Trước câu này bạn viết: “{prompt}”.",),
    "recall.none": (
        "Trong cuộc trò chuyện này chưa gieo, chưa tung, cũng chưa hỏi gì. Ta bắt đầu nhé?",
    ),
    "name": (" {name}",),
    "name.known": ("Bạn là **{name}**, mình đâu có quên.", "**{name}** chứ ai."),
    "name.met": ("Rất vui được gặp **{name}**! Mình sẽ nhớ.",),
    "name.unknown": ("Bạn chưa cho mình biết tên.",),
    "hello": (
        "Xin chào{name}! Mình là **Quản trò**. Bạn muốn gieo xúc xắc, tung đồng xu, hỏi nhà tiên "
        "tri hay nghe kể chuyện?",
        "Chào mừng{name}! Xúc xắc, đồng xu, tiên tri hay một câu chuyện? Thử *tôi leo tường* xem.",
    ),
    "thanks": ("Không có gì đâu{name}!", "Lúc nào cũng sẵn sàng{name}. Xúc xắc cũng cảm ơn bạn."),
    "bye": ("Tạm biệt{name}! Ctrl+Q là cửa ra.", "Hẹn gặp lại{name}!"),
    "who": (
        "Mình là **Quản trò** của bản demo này. Lời mình nói có sẵn trong kịch bản, không phải do "
        "mô hình ngôn ngữ viết ra; còn xúc xắc, công cụ và luồng sự kiện thì thật.\n\n"
        "- *gieo xúc xắc 20 mặt*, *gieo 3 viên xúc xắc*, *tung đồng xu*\n"
        "- *tôi có nên đi không?* (mình hỏi nhà tiên tri)\n"
        "- *tôi leo tường* (hai công cụ cùng lúc)\n"
        "- *kể chuyện đi* (Người kể chuyện tiếp lời)\n"
        "- *lúc nãy tôi gieo được mấy?*, *luật chơi*, *thống kê*, *đoạn mã*\n"
        "- */faults* liệt kê các sự cố mình diễn được",
    ),
    "other": (
        "Mình chỉ là Quản trò theo kịch bản nên câu đó vượt quá sức mình. Mình biết gieo xúc xắc, "
        "tung đồng xu, hỏi nhà tiên tri, nhớ chuyện đã qua và mời Người kể chuyện.",
        "Kịch bản của mình không có lời cho câu đó. Thử *gieo xúc xắc 20 mặt*, *tung đồng xu*, "
        "*tôi leo tường* hoặc *kể chuyện đi* nhé.",
        "Thật lòng là mình không biết: bản demo này không có mô hình ngôn ngữ nào cả. Nhưng mình "
        "có xúc xắc, đồng xu, nhà tiên tri và Người kể chuyện.",
    ),
    "rules": (
        "## Luật chơi\n\n"
        "Hãy nói nhân vật của bạn làm gì. Mình gieo một viên **d20**: từ 10 trở lên là thành "
        "công.\n\n"
        "| Việc bạn thử | Cần | Cơ hội |\n"
        "|---|--:|--:|\n"
        "| dễ | 5 | 80 % |\n"
        "| vừa | 10 | 55 % |\n"
        "| khó | 15 | 30 % |\n"
        "| phi thường | 20 | 5 % |\n\n"
        "1. **20** luôn thành công, **1** luôn thất bại.\n"
        "2. Còn phân vân? `tung đồng xu`.\n"
        "3. Số phận ư? Cứ hỏi nhà tiên tri, nhưng đừng cãi lại.\n",
    ),
    "code": (
        "Viên xúc xắc của mình chỉ có thế này:\n\n"
        "```python\n"
        "import random\n\n\n"
        "def roll_dice(sides: int = 20) -> int:\n"
        '    """Gieo một viên xúc xắc và trả về số ở mặt trên."""\n'
        "    if sides < 2:\n"
        '        raise ValueError("a die needs at least 2 sides")\n'
        "    return random.randint(1, sides)\n\n\n"
        "print([roll_dice() for _ in range(5)])\n"
        "```\n\n"
        "Đặt `@function_tool` lên trên là một `Agent` gọi được ngay.",
    ),
    "stats.head": ("## Bàn chơi đến lúc này\n\n| Việc | Số lần | Kết quả |\n|---|--:|---|\n",),
    "stats.rolls": ("gieo xúc xắc",),
    "stats.coins": ("tung đồng xu",),
    "stats.magic": ("hỏi tiên tri",),
    "stats.average": ("\nGieo trung bình **{average}**, cao nhất là **{best}**.\n",),
    "faults": ("## Những sự cố mình diễn được\n\n| Sự cố | Diễn biến | Gõ |\n|---|---|---|\n",),
    "what.coin": ("tung đồng xu",),
    "what.magic": ("hỏi nhà tiên tri",),
    "heads": ("ngửa",),
    "tails": ("sấp",),
    "and": (" và ",),
    "fault.tale": (
        "Cây cầu dây treo lơ lửng trên vực. Bạn đặt một chân lên tấm ván đầu tiên, rồi chân kia. "
        "Dòng sông gầm lên tít dưới sâu, gió giật vạt áo choàng. Giữa cầu thiếu mất một tấm ván; "
        "bạn bước một bước thật dài, dây kêu cót két, và trong một nhịp tim dưới chân bạn chỉ có "
        "không khí. Rồi lại là gỗ. Bạn đi tiếp, từng tấm ván một, không nhìn xuống. "
        "Ở đầu kia có một bàn tay chìa ra, và bạn đứng trên đất liền.",
    ),
    "fault.recovered": (
        "\n\n*Đó là sự cố “{fault}”: {happens}. Bảng công cụ và bảng hiệu năng cho thấy cái giá "
        "của nó.*",
    ),
    "fault.again": (
        "Mình đây. *Đó là sự cố “{fault}”: {happens}. Lần thử này đã thành công; bảng hiệu năng "
        "đếm những lần trước.*",
    ),
    "fault.refusal": (
        "Xin lỗi, mình không thể giúp con rồng đốt làng. (Đây là một lời từ chối, diễn thử.)",
    ),
    "fault.escape": (
        "Một phù thủy lang thang thử yểm bùa lên màn hình của bạn: \x1b[31mmàu đỏ\x1b[0m, "
        "\x1b]0;new title\x07một tiêu đề mới, \x1b]52;c;aGVsbG8=\x07bộ nhớ tạm, tiếng chuông \x07, "
        "[@click=app.quit]một cái bẫy[/], [/foo] và chữ chạy ngược \u202etxt.exe. Chẳng bùa nào "
        "linh: màn hình chỉ hiện chúng thành ký hiệu thường.",
    ),
    "before.fault.tool": ("Mình gieo một viên xúc xắc không có mặt nào. ",),
    "before.fault.arguments": ("Mình vừa nhai vừa gieo. ",),
    "before.fault.loop": ("Thêm lần nữa! ",),
}
