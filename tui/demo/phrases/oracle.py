"""What the oracle can answer, and what that is in the other languages."""

# ruff: noqa: RUF001 -- Chinese has punctuation of its own

from tui.demo.language import Language

ANSWERS: dict[str, dict[Language, str]] = {
    "Yes, and sooner than you think": {
        "vi": "Có, và sớm hơn bạn tưởng", "zh": "会的，比你想的更快",
        "es": "Sí, y antes de lo que crees", "fr": "Oui, et plus tôt que tu ne crois",
        "de": "Ja, und früher als du denkst",
    },
    "Without a doubt": {
        "vi": "Không còn nghi ngờ gì nữa", "zh": "毫无疑问", "es": "Sin duda",
        "fr": "Sans aucun doute", "de": "Ohne Zweifel",
    },
    "The stars smile upon it": {
        "vi": "Các vì sao đang mỉm cười", "zh": "群星微笑", "es": "Las estrellas sonríen",
        "fr": "Les étoiles sourient", "de": "Die Sterne lächeln",
    },
    "Only if you dare": {
        "vi": "Chỉ khi bạn đủ can đảm", "zh": "只要你敢", "es": "Solo si te atreves",
        "fr": "Seulement si tu oses", "de": "Nur wenn du dich traust",
    },
    "Ask again when the mist has lifted": {
        "vi": "Hãy hỏi lại khi sương tan", "zh": "等雾散了再问",
        "es": "Pregunta cuando se levante la niebla", "fr": "Redemande quand la brume sera levée",
        "de": "Frag wieder, wenn der Nebel sich lichtet",
    },
    "Even the dragon does not know": {
        "vi": "Đến con rồng cũng không biết", "zh": "连龙也不知道", "es": "Ni el dragón lo sabe",
        "fr": "Même le dragon l'ignore", "de": "Das weiß nicht einmal der Drache",
    },
    "Do not count on it": {
        "vi": "Đừng trông mong", "zh": "别指望", "es": "No cuentes con ello",
        "fr": "N'y compte pas", "de": "Verlass dich nicht darauf",
    },
    "The signs are against you": {
        "vi": "Điềm báo không thuận", "zh": "征兆不利", "es": "Las señales están en contra",
        "fr": "Les signes sont contre toi", "de": "Die Zeichen stehen gegen dich",
    },
    "Not in this moon": {
        "vi": "Không phải trong tuần trăng này", "zh": "这个月不行", "es": "No en esta luna",
        "fr": "Pas cette lune-ci", "de": "Nicht in diesem Mond",
    },
    "Your heart knows it already": {
        "vi": "Trái tim bạn đã biết rồi", "zh": "你的心早已知道", "es": "Tu corazón ya lo sabe",
        "fr": "Ton cœur le sait déjà", "de": "Dein Herz weiß es schon",
    },
}  # fmt: skip


def translated(answer: str, language: Language) -> str:
    """Give an answer of the oracle in a language; an unknown one stays as it is."""
    return ANSWERS.get(answer, {}).get(language, answer)
