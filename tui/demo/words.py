"""The words by which a prompt shows what it asks for, in folded text.

A line a language or two: English, Vietnamese, then what the others say. Latin words match as
whole words; Chinese stands apart because it has no spaces between words.
"""

import re

from tui.demo.faults import FAULTS


def _said(latin: str, han: str = "") -> re.Pattern[str]:
    lines = "|".join(line.strip() for line in latin.strip().splitlines())
    return re.compile(rf"\b(?:{lines})\b" + (f"|{han}" if han else ""))


ROLL = _said(
    r"""
    roll(?:s|ed|ing)?|dice|(?:an?|the|one|this|that|your|my|sided|sides) die|\d*[dw]\d+
    xuc xac|xi ngau|gieo
    dados?|de a \d+|lance[rz]? (?:un|le|les|des|deux) des?|wurf\w*|wurfel\w*
    """,
    "骰|色子|掷",
)
FLIP = _said(
    r"""
    flip\w*|coins?|toss|heads or tails
    dong xu|tung xu|sap ngua|sap hay ngua
    monedas?|pieces?|pile ou face|munzen?
    """,
    "硬币|硬幣|抛币",
)
MAGIC = _said(
    r"""
    magic\w*|8[- ]?ball|oracle|fortune|predict\w*
    phep|than chu|tien tri|xem boi|boi (?:toan|que)
    magia|magie|magique|oraculo|magisch\w*|orakel
    """,
    "魔法|占卜|预言|算命",
)
FATE = _said(
    r"""
    will (?:i|we|it|they|he|she|my|the|this)|should i|shall i|am i going to
    co nen|lieu
    debo|devrais[- ]je|soll(?:te)? ich
    """,
    "会不会|应该",
)
STORY = _said(
    r"""
    story|stories|tale|tell (?:me|us)(?! (?:what|who|the rules|my))|storyteller|legend
    ke (?:tiep )?(?:chuyen|truyen|cho)|(?:cau|mot|nghe|doc) (?:chuyen|truyen)|co tich
    truyen thuyet|nguoi ke chuyen
    cuento|cuentame|historia|histoire|raconte\w*|conte|geschichte|erzahl\w*|marchen
    """,
    "故事|讲个|童话",
)
RECALL = _said(
    r"""
    what (?:did|have|was|were|had) (?:i|we|you|my|the)\b.*\b(?:roll\w*|flip\w*|get|got)
    what (?:did|have|was|were|had) (?:i|we|you|my|the)\b.*\b(?:say|said|ask\w*|before|answer\w*)
    (?:my|the) (?:last|previous|earlier) (?:roll|flip|result|throw|question|answer)
    do you remember|remember my
    luc nay|luc truoc|truoc do|hoi nay|ban nay|vua nay|vua roi|nay gio|lan truoc|co nho|con nho
    (?:vua|moi|da) (?:gieo|tung|hoi|noi)|(?:gieo|tung|noi|hoi) (?:duoc|ra)? ?(?:may|bao nhieu|gi)
    que (?:saque|tire|salio)|qu'ai[- ]je|was (?:habe|hatte) ich
    """,
    "刚才|之前|上次",
)
WORDS_SAID = _said(
    r"""
    say|said|ask(?:ed)?|wrote|write|question
    noi|hoi|viet
    """
)
RULES = _said(
    r"""
    rules?|how (?:do|to) (?:i |we |you )?play|table
    luat(?: choi)?|cach choi|quy tac|(?:cai|ke|ve|mot|lap) bang|bang (?:diem|luat|do kho)|huong dan
    reglas|regles|regeln|tabla|tableau|tabelle
    """,
    "规则|表格",
)
STATS = _said(
    r"""
    stats|statistics|scores?|scoreboard|summary
    thong ke|tong ket|diem so
    estadisticas|statistiques|statistik
    """,
    "统计",
)
CODE = _said(
    r"""
    code|python|program|snippet
    doan ma|ma nguon|lap trinh
    codigo|programm
    """,
    "代码",
)
NAME = _said(
    r"""
    my name is|call me|what(?:'s| is) my name|who am i
    (?:toi|minh) ten (?:la )?|ten (?:toi|minh)
    me llamo|como me llamo|je m'appelle|ich heisse|wie heisse ich
    """
)
THANKS = _said(
    r"""
    thanks?|thank you|cheers
    cam on
    gracias|merci|danke
    """,
    "谢谢|多谢",
)
BYE = _said(
    r"""
    bye|goodbye|see you
    tam biet
    adios|au revoir|tschuss
    """,
    "再见",
)
HELLO = _said(
    r"""
    hello|hi|hey|howdy|good (?:morning|evening|day)
    xin chao|chao
    hola|bonjour|salut|hallo|guten (?:tag|morgen|abend)
    """,
    "你好|您好|嗨",
)
WHO = _said(
    r"""
    who are you|what are you|what can you do|help
    ban la ai|ban lam duoc gi|giup
    quien eres|ayuda|qui es[- ]tu|aide|wer bist du|hilfe
    """,
    "你是谁|帮助",
)

CLIMB = _said(
    r"""
    climb\w*|scale the
    leo|treo
    escal\w*|grimp\w*|kletter\w*
    """,
    "爬",
)
FIGHT = _said(
    r"""
    attack\w*|fight\w*|strike|slay|stab|shoot
    tan cong|danh (?:quai|nhau|rong)|chien dau|chem|ban cung
    ataco|attaque|greife
    """,
    "攻击|战斗",
)
SNEAK = _said(
    r"""
    sneak\w*|hide|creep|steal\w*
    len (?:vao|qua)|tron|nup|trom
    """,
    "潜",
)
OPEN = _said(
    r"""
    open (?:the|a|that)|pick the lock|unlock\w*|force the
    mo (?:cua|ruong|khoa)|pha (?:khoa|cua)
    """,
    "打开",
)
JUMP = _said(
    r"""
    jump\w*|leap\w*|swim\w*|cross the
    nhay|boi qua|vuot
    """,
    "跳",
)

COUNTED_DICE = re.compile(r"\b(\d{1,3})?[dw](\d{1,6})\b")
SIDES = re.compile(
    r"\b(\d{1,6})[- ]?(?:sided?|sides|faces|mat|caras|lados|seitig\w*)\b|(\d{1,6})\s*面|"
    r"\bsides\s*=?\s*(\d{1,6})"
)
SEVERAL_DICE = re.compile(
    r"\b(\d{1,2}|two|three|four|five|six|hai|ba|bon|nam|sau|dos|tres|deux|trois|zwei|drei)\s+"
    r"(?:\w+\s+)?(?:dice|rolls|xuc xac|xi ngau|dados|des|wurfel)\b|"
    r"([两二三四五六])[个颗]?\s*(?:骰|色)"
)
NUMBERS = {
    word: number
    for number, words in {
        2: "two hai dos deux zwei 两 二",
        3: "three ba tres trois drei 三",
        4: "four bon 四",
        5: "five nam 五",
        6: "six sau 六",
    }.items()
    for word in words.split()
}

ACTING = _said(
    r"""
    faults?|act out|simulate|fake|pretend
    gia lap|mo phong|dien (?:thu|lai|canh)|gia vo|loi|su co
    """
)
FAULT_LIST = _said(
    r"""
    faults?|act out
    su co|cac loi
    """
)

_FAULT_WORDS: dict[str, str] = {
    "rate limit": r"rate[- ]?limit\w*|429|gioi han|qua nhieu yeu cau",
    "refused": r"refuse the connection|refused|tu choi ket noi",
    "timeout": r"time[- ]?outs?|timed out|het gio|qua gio",
    "server": r"server|50[0-9]|overload\w*|may chu",
    "reset": r"reset|dut (?:ket noi|mang)|mat (?:ket noi|mang)|rot mang",
    "close": r"clos(?:e|ed|es)|dong (?:ket noi|luong)",
    "failed": r"failed|that bai",
    "cut": r"cut|max[_ ](?:output[_ ])?tokens|cat (?:ngang|cut)|bi cat",
    "filter": r"filter\w*|bo loc",
    "refusal": r"refusal|declin\w*|tu choi tra loi",
    "slow": r"slow|cham",
    "stall": r"stall\w*|khung lai|im lang",
    "hang": r"hang\w*|freeze|treo",
    "tool": r"tools?|cong cu",
    "arguments": r"arguments?|json|tham so",
    "loop": r"loop\w*|max turns|lap (?:lai )?(?:mai|vo tan)|vong lap",
    "quota": r"quota|insufficient|het (?:tien|han muc)",
    "auth": r"auth\w*|401|api key|key|khoa api|xac thuc",
    "context": r"context|too long|qua dai",
    "usage": r"usage|token counts?",
    "escape": r"escapes?|markup|ma thoat",
}
FAULT_PATTERNS = tuple((fault.name, _said(_FAULT_WORDS[fault.name])) for fault in FAULTS)
