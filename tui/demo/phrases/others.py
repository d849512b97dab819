"""A few honest sentences in languages that the Game Master speaks only a little."""

# ruff: noqa: RUF001 -- Chinese has punctuation of its own

Phrases = dict[str, tuple[str, ...]]

ZH: Phrases = {
    "before.dice": ("我来掷骰子。", "骰子出手！"),
    "before.coin": ("抛硬币。",),
    "before.magic": ("我来问问神谕……",),
    "before.several": ("那就一起来。",),
    "before.feat": ("你深吸一口气。我来掷骰子。",),
    "before.story": ("说书人来了。",),
    "before.back": ("交还给主持人。",),
    "roll.best": ("**{n}!** d{sides} 的最大点数！",),
    "roll.worst": ("**1**。真不走运。",),
    "roll.high": ("d{sides} 掷出 **{n}**，不错！",),
    "roll.low": ("d{sides} 掷出 **{n}**，有点低。",),
    "roll.many": ("掷出 {list}，合计 **{total}**。",),
    "coin.heads": ("硬币是**正面**。",),
    "coin.tails": ("硬币是**反面**。",),
    "magic": ("神谕说：“{answer}。”",),
    "tool.failed": ("工具出错了：\n\n> {error}\n\n我不会编造数字。",),
    "tool.silent": ("那个工具被中断了，我不知道结果。",),
    "next": ("接下来呢？", "你要做什么？"),
    "recall.rolls": ("你上一次掷出的是 **{last}**。",),
    "recall.coin": ("上一次硬币是**{side}**。",),
    "recall.none": ("这次对话里还没有掷过骰子。",),
    "hello": ("你好{name}！我是游戏主持人。要掷骰子、抛硬币、问神谕，还是听故事？",),
    "thanks": ("不客气{name}！",),
    "bye": ("再见{name}！",),
    "name": ("，{name}",),
    "limited": ("我只会一点中文：我可以掷骰子、抛硬币、问神谕、讲一个短故事。",),
    "heads": ("正面",),
    "tails": ("反面",),
    "and": ("、",),
    "story": (
        "## 山上的灯\n\n从前有个女孩，夜里看见山上有一盏灯。她带着一枚硬币和一颗骰子上路。\n\n"
        "> “往左还是往右？”她问。硬币没有回答，只是落了地。\n\n"
        "- 第一天，她过了河。\n- 第二天，她穿过森林。\n- 第三天，她爬上了山。\n\n"
        "{known}山顶上坐着一位老人，把灯递给她：“我等的就是你。”",
    ),
    "known": ("骰子曾掷出 **{n}**，她没有忘记。",),
}

ES: Phrases = {
    "before.dice": ("Tiro {dice}. ", "Los dados ya ruedan… "),
    "before.coin": ("La moneda sube. ",),
    "before.magic": ("Pregunto al oráculo… ",),
    "before.several": ("Todo a la vez, entonces. ",),
    "before.feat": ("Respiras hondo. Tiro los dados. ",),
    "before.story": ("Llamo al narrador. ",),
    "before.back": ("Vuelvo a llamar al director de juego. ",),
    "roll.best": ("**¡{n}!** Lo mejor que tiene un d{sides}.",),
    "roll.worst": ("**1.** Qué mala suerte.",),
    "roll.high": ("**{n}** en un d{sides}. ¡Buena tirada!",),
    "roll.low": ("**{n}** en un d{sides}. Podría ser mejor.",),
    "roll.many": ("Los dados dan {list}: **{total}** en total.",),
    "coin.heads": ("La moneda cae en **cara**.",),
    "coin.tails": ("La moneda cae en **cruz**.",),
    "magic": ("El oráculo dice: *«{answer}.»*",),
    "tool.failed": ("La herramienta falló:\n\n> {error}\n\nNo invento ningún número.",),
    "tool.silent": ("Esa herramienta se interrumpió; no sé qué resultó.",),
    "next": ("¿Qué haces ahora?", "¿Y ahora?"),
    "recall.rolls": ("Tu última tirada fue **{last}**.",),
    "recall.coin": ("La última moneda fue **{side}**.",),
    "recall.none": ("En esta conversación todavía no hay tiradas.",),
    "hello": (
        "¡Hola{name}! Soy el director de juego. ¿Tiro un dado, lanzo una moneda, pregunto al "
        "oráculo o quieres un cuento?",
    ),
    "thanks": ("¡De nada{name}!",),
    "bye": ("¡Adiós{name}!",),
    "name": (", {name}",),
    "limited": (
        "Hablo poco español: puedo tirar dados, lanzar una moneda, preguntar al oráculo y contar "
        "un cuento corto.",
    ),
    "heads": ("cara",),
    "tails": ("cruz",),
    "and": (" y ",),
    "story": (
        "## La luz en la montaña\n\nÉrase una niña que de noche veía una luz en la montaña. Salió "
        "con una moneda y un dado en el bolsillo.\n\n"
        "> «¿Izquierda o derecha?», preguntó. La moneda solo cayó al suelo.\n\n"
        "- El primer día cruzó el río.\n- El segundo, el bosque.\n- El tercero subió a la cima."
        "\n\n{known}Arriba un anciano le dio la lámpara: «Te esperaba a ti».",
    ),
    "known": ("Recordó el **{n}** que había salido en el dado. ",),
}

FR: Phrases = {
    "before.dice": ("Je lance {dice}. ", "Les dés roulent déjà… "),
    "before.coin": ("La pièce s'envole. ",),
    "before.magic": ("J'interroge l'oracle… ",),
    "before.several": ("Tout à la fois, alors. ",),
    "before.feat": ("Tu respires à fond. Je lance les dés. ",),
    "before.story": ("J'appelle le conteur. ",),
    "before.back": ("Je rends la main au maître du jeu. ",),
    "roll.best": ("**{n} !** Le mieux qu'un d{sides} puisse faire.",),
    "roll.worst": ("**1.** Pas de chance.",),
    "roll.high": ("**{n}** sur un d{sides}. Bien lancé !",),
    "roll.low": ("**{n}** sur un d{sides}. Peut mieux faire.",),
    "roll.many": ("Les dés donnent {list} : **{total}** en tout.",),
    "coin.heads": ("La pièce tombe sur **face**.",),
    "coin.tails": ("La pièce tombe sur **pile**.",),
    "magic": ("L'oracle dit : *« {answer}. »*",),
    "tool.failed": ("L'outil a échoué :\n\n> {error}\n\nJe n'invente aucun nombre.",),
    "tool.silent": ("Cet outil a été interrompu ; je ne sais pas ce qu'il a donné.",),
    "next": ("Que fais-tu ensuite ?", "Et maintenant ?"),
    "recall.rolls": ("Ton dernier lancer était **{last}**.",),
    "recall.coin": ("La dernière pièce était sur **{side}**.",),
    "recall.none": ("Rien n'a encore été lancé dans cette conversation.",),
    "hello": (
        "Bonjour{name} ! Je suis le maître du jeu. Un dé, une pièce, l'oracle ou une histoire ?",
    ),
    "thanks": ("Avec plaisir{name} !",),
    "bye": ("Au revoir{name} !",),
    "name": (", {name}",),
    "limited": (
        "Je parle peu français : je sais lancer des dés ou une pièce, interroger l'oracle et "
        "raconter une courte histoire.",
    ),
    "heads": ("face",),
    "tails": ("pile",),
    "and": (" et ",),
    "story": (
        "## La lumière sur la montagne\n\nIl était une fois une fille qui voyait la nuit une "
        "lumière sur la montagne. Elle partit avec une pièce et un dé en poche.\n\n"
        "> « À gauche ou à droite ? » La pièce ne répondit pas, elle tomba.\n\n"
        "- Le premier jour, elle passa la rivière.\n- Le deuxième, la forêt.\n"
        "- Le troisième, elle gravit la montagne.\n\n"
        "{known}Au sommet, un vieil homme lui tendit la lampe : « C'est toi que j'attendais. »",
    ),
    "known": ("Elle se souvint du **{n}** tombé au dé. ",),
}

DE: Phrases = {
    "before.dice": ("Ich würfle {dice}. ", "Die Würfel rollen schon… "),
    "before.coin": ("Die Münze fliegt. ",),
    "before.magic": ("Ich frage das Orakel… ",),
    "before.several": ("Dann alles zugleich. ",),
    "before.feat": ("Du holst tief Luft. Ich würfle. ",),
    "before.story": ("Ich rufe den Erzähler. ",),
    "before.back": ("Das ist Sache des Spielleiters. ",),
    "roll.best": ("**{n}!** Mehr hat ein W{sides} nicht.",),
    "roll.worst": ("**1.** So ein Pech.",),
    "roll.high": ("**{n}** auf einem W{sides}. Gut gewürfelt!",),
    "roll.low": ("**{n}** auf einem W{sides}. Es ginge besser.",),
    "roll.many": ("Die Würfel zeigen {list}: zusammen **{total}**.",),
    "coin.heads": ("Die Münze zeigt **Kopf**.",),
    "coin.tails": ("Die Münze zeigt **Zahl**.",),
    "magic": ("Das Orakel spricht: *„{answer}.“*",),
    "tool.failed": ("Das Werkzeug ist gescheitert:\n\n> {error}\n\nIch erfinde keine Zahl.",),
    "tool.silent": ("Das Werkzeug wurde unterbrochen; ich weiß nicht, was herauskam.",),
    "next": ("Was tust du als Nächstes?", "Und nun?"),
    "recall.rolls": ("Dein letzter Wurf war **{last}**.",),
    "recall.coin": ("Die letzte Münze zeigte **{side}**.",),
    "recall.none": ("In diesem Gespräch wurde noch nichts gewürfelt.",),
    "hello": ("Hallo{name}! Ich bin der Spielleiter. Würfel, Münze, Orakel oder eine Geschichte?",),
    "thanks": ("Gern geschehen{name}!",),
    "bye": ("Bis bald{name}!",),
    "name": (", {name}",),
    "limited": (
        "Ich spreche nur wenig Deutsch: Ich kann würfeln, eine Münze werfen, das Orakel fragen "
        "und eine kurze Geschichte erzählen.",
    ),
    "heads": ("Kopf",),
    "tails": ("Zahl",),
    "and": (" und ",),
    "story": (
        "## Das Licht auf dem Berg\n\nEs war einmal ein Mädchen, das nachts ein Licht auf dem Berg "
        "sah. Es zog los, mit einer Münze und einem Würfel in der Tasche.\n\n"
        "> „Links oder rechts?“ Die Münze schwieg und fiel zu Boden.\n\n"
        "- Am ersten Tag kam es über den Fluss.\n- Am zweiten durch den Wald.\n"
        "- Am dritten auf den Berg.\n\n"
        "{known}Oben saß ein alter Mann und gab ihm die Lampe: „Auf dich habe ich gewartet.“",
    ),
    "known": ("Es dachte an die **{n}** auf dem Würfel. ",),
}
