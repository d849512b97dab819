"""The Storyteller's tales in English and Vietnamese: parts to choose from, in order.

``{hero}`` is who it is about, ``{known}`` a sentence on what the table's dice have said.
"""

from tui.demo.language import Language

HEROES: dict[Language, tuple[str, ...]] = {
    "en": ("Mira", "Tam of the Ferry", "Borin the Old", "Linh of the Nine Bridges"),
    "vi": ("Mây", "Tấm ở bến đò", "Bảo ở xóm Núi", "Linh ở làng Chín Cầu"),
}

KNOWN: dict[str, dict[Language, str]] = {
    "high": {
        "en": "That very evening a **{n}** had come up on the d{sides}, and a good roll goes a "
        "long way in the dark. ",
        "vi": "Chính tối hôm đó viên d{sides} đã ra **{n}**, mà một lần gieo đẹp thì soi được "
        "đường rất xa. ",
    },
    "low": {
        "en": "That evening the d{sides} had shown only a **{n}**, and everybody at the table had "
        "looked away. ",
        "vi": "Tối hôm đó viên d{sides} chỉ ra **{n}**, và cả bàn đều ngoảnh mặt đi. ",
    },
    "none": {
        "en": "No die had been rolled yet, so nobody knew how it would end. ",
        "vi": "Chưa viên xúc xắc nào được gieo, nên chẳng ai biết chuyện sẽ kết thúc ra sao. ",
    },
}

THOUGHTS: dict[str, dict[Language, str]] = {
    "rolled": {
        "en": "The last roll was a {n}; I weave it in.",
        "vi": "Lần gieo gần nhất là {n}; mình sẽ dệt vào chuyện.",
    },
    "none": {
        "en": "Nothing has been rolled yet, so fate is open.",
        "vi": "Chưa gieo lần nào, số phận còn bỏ ngỏ.",
    },
}

TALES: dict[Language, tuple[tuple[str, ...], ...]] = {
    "en": (
        ("## The Lamp on the Mountain\n\n", "## The Bell under the Lake\n\n"),
        (
            "Where the road ends and the maps are white, there lived {hero}, who feared nothing "
            "but the dark between two stars. {known}So the bag was packed that night: bread, a "
            "rope, a coin with a hole in it, and the die that had started it all.\n\n",
            "In the winter when the river stood still, {hero} heard somebody call from the far "
            "side of the ice. {known}Nobody else had heard it, and so nobody else could go.\n\n",
        ),
        ("### The road\n\n", "### Into the dark\n\n"),
        (
            "For three days there was only wind. On the fourth there was a gate, and before the "
            "gate a giant of moss and stone, asleep, with one eye open. He spoke without moving "
            "his mouth, the way old stones do:\n\n",
            "The path went down and down, past roots as thick as oxen, until the snow above was "
            "only a memory. There sat a woman with silver hair, playing dice against herself and "
            "losing. She looked up and said:\n\n",
        ),
        (
            "> “Everybody who comes here wants something.\n"
            "> Tell me what you would give for it, and I will tell you if it is enough.”\n\n",
            "> “I have waited for a hundred years for somebody who would rather ask than win.\n"
            "> Sit down, little one. It is your roll.”\n\n",
        ),
        (
            "{hero} thought about it for as long as it takes a candle to burn down, and then laid "
            "on the ground, one after the other:\n\n"
            "1. **the bread**, because hunger makes all people equal;\n"
            "2. **the rope**, because whoever goes up must trust something;\n"
            "3. **the coin**, because a choice is worth more than luck.\n\n",
            "There were three things to choose from, and each of them shone:\n\n"
            "- **a crown**, which was too heavy;\n"
            "- **a sword**, which wept when it was touched;\n"
            "- **a small brass key**, which was warm, as if a hand had just held it.\n\n"
            "{hero} took the key, and somewhere a door sighed.\n\n",
        ),
        ("### How it ended\n\n", "### The end, or nearly\n\n"),
        (
            "There was no treasure behind it. There was a room with a lamp, and in the light of "
            "the lamp one saw the village far below, every window of it, and in each window "
            "somebody who was waiting. *That* was the thing one would have given everything for. "
            "The lamp was carried down the mountain that same night, and it burns to this day.\n\n",
            "When the first bird sang, the ice broke with a sound like a bell, and all who had "
            "been lost under it came walking home, wet and laughing and very hungry. They still "
            "tell of it there, when the river freezes; and they always leave one chair empty and "
            "one die on the table.\n\n",
        ),
        ("*And what does your hero do now?*", "*Roll, if you want to know what came after.*"),
    ),
    "vi": (
        ("## Ngọn đèn trên núi\n\n", "## Quả chuông dưới đáy hồ\n\n"),
        (
            "Ở nơi con đường dừng lại và bản đồ chỉ còn màu trắng, có {hero}, chẳng sợ gì ngoài "
            "khoảng tối giữa hai vì sao. {known}Đêm ấy hành trang được gói lại: một ổ bánh, một "
            "sợi dây, một đồng xu thủng lỗ và viên xúc xắc đã khơi nên mọi chuyện.\n\n",
            "Mùa đông năm dòng sông đứng yên, {hero} nghe có tiếng ai gọi từ bờ băng bên kia. "
            "{known}Không ai khác nghe thấy, nên cũng chẳng ai khác đi được.\n\n",
        ),
        ("### Lên đường\n\n", "### Vào bóng tối\n\n"),
        (
            "Ba ngày liền chỉ có gió. Sang ngày thứ tư hiện ra một cánh cổng, trước cổng là người "
            "khổng lồ bằng rêu và đá, ngủ mà vẫn mở một mắt. Ông ta nói mà miệng không hề động, "
            "như cách những tảng đá già vẫn nói:\n\n",
            "Con đường đi xuống, xuống mãi, qua những chiếc rễ to như thân trâu, cho đến khi tuyết "
            "ở trên chỉ còn là ký ức. Ở đó có một bà lão tóc bạc đang gieo xúc xắc với chính mình "
            "mà vẫn thua. Bà ngẩng lên và bảo:\n\n",
        ),
        (
            "> “Ai đến đây cũng muốn một điều gì đó.\n"
            "> Hãy nói ngươi đổi gì để có nó, ta sẽ nói như thế đã đủ chưa.”\n\n",
            "> “Ta đợi một trăm năm để gặp một người muốn hỏi hơn là muốn thắng.\n"
            "> Ngồi xuống đi con. Đến lượt con gieo.”\n\n",
        ),
        (
            "{hero} nghĩ lâu bằng thời gian một ngọn nến cháy hết, rồi lần lượt đặt xuống đất:\n\n"
            "1. **ổ bánh**, vì cái đói làm mọi người như nhau;\n"
            "2. **sợi dây**, vì ai leo lên cao cũng phải tin vào một điều gì;\n"
            "3. **đồng xu**, vì một lựa chọn đáng giá hơn vận may.\n\n",
            "Có ba thứ để chọn, thứ nào cũng tỏa sáng:\n\n"
            "- **một vương miện**, nhưng nặng quá;\n"
            "- **một thanh gươm**, hễ chạm vào là khóc;\n"
            "- **một chiếc chìa khóa đồng nhỏ**, còn ấm như vừa có bàn tay ai nắm.\n\n"
            "{hero} cầm chiếc chìa khóa, và đâu đó một cánh cửa thở dài.\n\n",
        ),
        ("### Kết thúc\n\n", "### Hồi kết, hoặc gần như thế\n\n"),
        (
            "Phía sau không có kho báu nào. Chỉ có một căn phòng với một ngọn đèn, và trong ánh "
            "đèn ấy hiện ra ngôi làng tít dưới xa, từng ô cửa sổ, mỗi ô cửa có một người đang "
            "chờ. *Đó* mới là thứ đáng để đổi tất cả. Ngay đêm ấy ngọn đèn được mang xuống núi, "
            "và đến hôm nay vẫn còn cháy.\n\n",
            "Khi con chim đầu tiên cất tiếng, băng vỡ ra với âm thanh như tiếng chuông, và tất cả "
            "những ai từng lạc dưới đó bước về nhà, ướt sũng, cười vang và rất đói. Mỗi khi sông "
            "đóng băng người ta vẫn kể lại chuyện này; và bao giờ cũng để trống một chiếc ghế, "
            "với một viên xúc xắc trên bàn.\n\n",
        ),
        ("*Còn nhân vật của bạn thì làm gì?*", "*Muốn biết chuyện sau đó thì gieo đi nhé.*"),
    ),
}
