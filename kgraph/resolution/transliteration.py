# ruff: noqa: SIM905, E501
"""How well a Korean spelling renders the sound of an English name: 컨테이너 ~ container.

English spelling is walked letter group by letter group; each group says which Hangul letters
(jamo) it is commonly heard as. The likeness is one less the cost of the cheapest walk, and a
function of the two names alone: no corpus, no model, no vectors.

Jamo are simplified first: tense consonants become plain ones, ㅐ is ㅔ, ㅘ is ㅜㅏ, ㅕ is ㅣㅓ, and
the finals ㄱ ㅂ ㅅ ㅇ become ``K P T N``. Latin letters and digits stand for themselves.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from kgraph.text import fold, has_hangul

THRESHOLD = 0.95
"""The likeness from which two names count as one; short names need more (:func:`needed`)."""

_INITIALS = tuple("ㄱㄱㄴㄷㄷㄹㅁㅂㅂㅅㅅ-ㅈㅈㅊㅋㅌㅍㅎ".replace("-", "\0"))
_VOWELS = tuple(
    "ㅏ ㅔ ㅣㅏ ㅣㅔ ㅓ ㅔ ㅣㅓ ㅣㅔ ㅗ ㅜㅏ ㅜㅔ ㅜㅔ ㅣㅗ ㅜ ㅜㅓ ㅜㅔ ㅜㅣ ㅣㅜ ㅡ ㅡㅣ ㅣ".split(
        " "
    )
)
_FINALS = tuple("-KKKㄴㄴㄴTㄹㄹㄹㄹㄹㄹㄹㄹㅁPPTTNTTKTP-".replace("-", "\0"))

# A letter group and what it is heard as; after "~" what it is sometimes heard as; "-" is nothing.
_HEARD = """
b ㅂ P | bb ㅂ P | mb ㅁ ~ ㅁㅂ | c ㅋ K ㅅ | cc ㅋ Kㅅ K ㄱㅅ ㅋㅅ | ch ㅊ ㅊㅣ ㅋ ~ ㅅ K ㅅㅣ
ck ㅋ K | ci ㅅㅣ ~ ㅅ | cq ㅋ K | d ㄷ T | dd ㄷ T | dge ㅈㅣ ㅈ | du ㄷㅣㅜ ㅈㅜ ㄷㅓ ㄷㅜ
dj ㅈ | dg ㅈ ㅈㅣ | f ㅍ ~ ㅎ | ff ㅍ | g ㄱ ㅈ K | gg ㄱ K | ge ㅈㅣ ㅈ ㅈㅔ ㄱㅔ | gh ㄱ ~ -
gn ㄱㄴ ㄴ | gue ㄱ | h ㅎ | j ㅈ ~ ㅎ ㅣ | k ㅋ K | kk ㅋ | kn ㄴ ~ ㅋㄴ | l ㄹ | ll ㄹ | lr ㄹ | llr ㄹ
m ㅁ | mm ㅁ | n ㄴ | nn ㄴ | ng N Nㄱ ㄴㅈ ㄴㄱ | nk Nㅋ NK ㄴㅋ | nc ㄴㅅ Nㅋ ㄴㅋ
p ㅍ P ~ ㅂ | pp ㅍ P | ph ㅍ | ps ㅅ ㅍㅅ Pㅅ | q ㅋ K | qu ㅋㅜ ㅋ | que ㅋ K ㅋㅜㅔ | r ㄹ
rr ㄹ | rh ㄹ | s ㅅ ~ ㅈ | ss ㅅ | sc ㅅㅋ ㅅ | sch ㅅㅋ ㅅ | sh ㅅ ㅅㅣ | ssi ㅅㅣ
x ㄱㅅ Kㅅ ㅋㅅ ~ ㅈ ㅅ | xc Kㅅ ㄱㅅ | t ㅌ T | tt ㅌ T | tch ㅊ ㅊㅣ | th ㅅ ~ ㄷ ㅌ T
ts ㅊ ㅌㅅ ㅊㅡ Tㅅ | tz ㅊ ㅈ ㅌㅈ | z ㅈ ~ ㅊ ㅅ | zz ㅈ | tu ㅊㅜ ㅌㅣㅜ ㅌㅜ ㅊㅓ ㅌㅓ
ture ㅊㅓ ㅌㅣㅜㅓ | sure ㅈㅓ ㅅㅣㅓ ㅈㅣㅓ | v ㅂ ~ P | vv ㅂ | w ㅜ | wh ㅜ ㅎㅜ | wr ㄹ
wo ㅜㅓ ㅜㅗ ㅜ | tion ㅅㅣㅓㄴ ㅊㅓㄴ ~ ㅅㅣㅗㄴ | sion ㅅㅣㅓㄴ ㅈㅓㄴ ㅈㅣㅓㄴ | ssion ㅅㅣㅓㄴ
cia ㅅㅣㅓ ㅅㅣㅏ ㅅㅏ | tia ㅅㅣㅓ ㅅㅣㅏ ㅊㅓ | cial ㅅㅣㅓㄹ | tial ㅅㅣㅓㄹ | cient ㅅㅣㅓㄴㅌ
tie ㅅㅣㅓ ㅌㅣ | a ㅏ ㅔ ㅔㅣ ㅓ ~ ㅗ | ai ㅔㅣ ㅔ ㅏㅣ | ay ㅔㅣ ㅏㅣ | au ㅗ ~ ㅏㅜ
aw ㅗ ~ ㅏㅜ | ae ㅔ ㅔㅣ | ao ㅏㅗ | age ㅣㅈㅣ ㅔㅣㅈㅣ | ate ㅔㅣㅌ ~ ㅣT ㅣㅌ | air ㅔㅓ | are ㅔㅓ | aa ㅏ
ia ㅣㅏ ㅏㅣㅏ ㅣㅓ ㅏㅣㅓ | io ㅣㅗ ㅏㅣㅗ ㅣㅓ | e ㅔ ㅣ ㅓ | ee ㅣ | ea ㅣ ㅔ ㅣㅓ ㅣㅔ
ei ㅔㅣ ㅏㅣ ㅣ ㅔ | eu ㅣㅜ ㅜ ㅔㅜ ㅠ ~ ㅓ | ew ㅣㅜ ㅜ | ey ㅣ | eo ㅣㅗ ㅣㅓ ㅔㅗ
er ㅓ ㅔㄹ ㅓㄹ | ere ㅣㅓ ㅔㅓ | ear ㅣㅓ ㅓ ~ ㅏ | eer ㅣㅓ | eau ㅗ | i ㅣ ㅏㅣ ~ ㅓ
ie ㅣ ㅏㅣ ㅣㅔ ㅏㅣㅓ | igh ㅏㅣ | ire ㅏㅣㅓ ㅣㅓ ㅣㄹㅔ | ier ㅣㅓ ㅏㅣㅓ | ir ㅓ ㅣㄹ
o ㅗ ㅓ ㅏ ~ ㅜ | oo ㅜ ㅜㅡ ~ ㅓ | ou ㅏㅜ ㅜ ㅓ ㅗ | ow ㅗㅜ ㅗ ㅏㅜ | oa ㅗ | oe ㅗ ㅗㅔ
oi ㅗㅣ ㅜㅔ | oy ㅗㅣ | our ㅏㅜㅓ ㅗ ㅗㅓ ㅓ ㅜㅓ | ower ㅏㅜㅓ | or ㅗㅓ ㅓ ㅗ | ore ㅗㅓ ㅗ
oar ㅗ | u ㅓ ㅜ ㅣㅜ | ui ㅣ ㅜ ㅜㅣ | ue ㅣㅜ ㅜ ~ ㅜㅔ ㅔ | ueue ㅣㅜ | ure ㅣㅜㅓ ㅓ
ua ㅜㅏ ㅜㅓ ㅜㅔ | uo ㅜㅓ ㅜㅗ | y ㅣ ㅏㅣ | yo ㅣㅗ | ya ㅣㅏ | ye ㅣㅔ ㅔ | yu ㅣㅜ | you ㅣㅜ
"""
# The syllables that Chinese characters are read as.
_SINO_KOREAN = frozenset(
    "가각간갈감갑강개객갱거건걸검겁격견결겸경계고곡곤골공과곽관괄광괘괴굉교구국군굴궁권궐궤귀규균귤"
    "극근금급긍기긴길김끽나낙난날남납낭내냉녀년념녕노농뇌뇨누눈눌뉴니닉다단달담답당대댁덕도독돈돌동"
    "두둔득등라락란랄람랍랑래랭략량려력련렬렴렵령례로록론롱뢰료룡루류륙륜률륭륵름릉리린림립마막만말망"
    "매맥맹면멸명모목몰몽묘무묵문물미민밀박반발방배백번벌범법벽변별병보복본봉부북분불붕비빈빙사삭산살"
    "삼삽상색생서석선설섬섭성세소속손솔송쇄쇠수숙순술숭슬습승시식신실심십쌍씨아악안알암압앙애액앵야약"
    "양어억언얼엄업여역연열염엽영예오옥온올옹와완왕왜외요욕용우욱운울웅원월위유육윤율융은을음읍응의이"
    "익인일임입잉자작잔잠잡장재쟁저적전절점접정제조족존졸종좌죄주죽준줄중즉즐즙증지직진질짐집징차착찬"
    "찰참창채책처척천철첨첩청체초촉촌총촬최추축춘출충췌취측층치칙친칠침칩칭쾌타탁탄탈탐탑탕태택토통퇴"
    "투특파판팔패팽편폄평폐포폭표품풍피필핍하학한할함합항해핵행향허헌헐험혁현혈혐협형혜호혹혼홀홍화확"
    "환활황회획횡효후훈훼휘휴휼흉흑흔흘흠흡흥희힐"
)
_SOMETIMES = 0.2
_VOWEL_FOR_VOWEL = 0.6
_OTHER_VOWEL, _OTHER_CONSONANT = 0.8, 1.1
JAMO_VOWELS = frozenset("ㅏㅓㅔㅗㅜㅡㅣ")
EN_VOWELS = frozenset("aeiouy")


def _table() -> dict[str, tuple[tuple[str, float], ...]]:
    table = {}
    for item in re.split(r"[|\n]", _HEARD.strip()):
        group, *sounds = item.split()
        cost, heard = 0.0, []
        for sound in sounds:
            if sound == "~":
                cost = _SOMETIMES
            else:
                heard.append(("" if sound == "-" else sound, cost))
        table[group] = tuple(heard)
    return table


_TABLE = _table()
_GROUP = max(map(len, _TABLE))
_LAST_E = (("ㅣ", _SOMETIMES), ("ㅔ", _SOMETIMES))  # never ㅓ: 컴퓨터 is no compute


@lru_cache(maxsize=1 << 16)
def jamo(name: str) -> str:
    """``name`` folded, its Hangul as simplified jamo."""
    out: list[str] = []
    for ch in fold(name):
        index = ord(ch) - 0xAC00
        if 0 <= index < 11172:
            initial = _INITIALS[index // 588]
            if initial != "\0" and not (initial == "ㄹ" and out[-1:] == ["ㄹ"]):
                out.append(initial)
            out += _VOWELS[index % 588 // 28]
            out += _FINALS[index % 28]
            if out[-1] == "\0":
                out.pop()
        else:
            out.append(ch)
    return "".join(out)


def likeness(english: str, korean: str, least: float = 0.0) -> float:
    """How well ``korean`` renders the sound of ``english``: 1 is a textbook transliteration.

    What is less than ``least`` comes back as 0, and sooner.

    0 for names that share no sound, and for a Korean name that is no loan: one without Hangul, or
    of up to three syllables that are all Sino-Korean (제거 is not Jaeger).
    """
    if has_hangul(english) or not may_be_loan(korean):
        return 0.0
    score = likeness_of(letters_of(english), jamo(korean), least)
    return score if score >= least else 0.0


def needed(korean: str) -> float:
    """The likeness that counts for ``korean``: the shorter a name, the more is like it."""
    syllables = sum("가" <= ch <= "힣" for ch in korean)
    return 0.97 if syllables <= 2 else THRESHOLD


def may_be_loan(korean: str) -> bool:
    """Whether some syllable of ``korean`` is none of the readings of Chinese characters.

    Nearly every loan has one (ㅋ, 스, 러, 드 …), hardly any Sino-Korean word does. From four
    syllables on a name may be a loan in any case.
    """
    syllables = [ch for ch in korean if "가" <= ch <= "힣"]
    return len(syllables) > 3 or any(ch not in _SINO_KOREAN for ch in syllables)


def letters_of(english: str) -> str:
    """``english`` folded, without accents."""
    text = unicodedata.normalize("NFD", fold(english))
    return "".join(ch for ch in text if not unicodedata.combining(ch))


@lru_cache(maxsize=1 << 16)
def likeness_of(letters: str, sounds: str, least: float) -> float:
    """How well folded English ``letters`` account for the jamo ``sounds``, 0..1; 0 below ``least``."""
    n, m = len(letters), len(sounds)
    if not n or not m:
        return 0.0
    never = float(n + m)
    most = (1 - least) * (n + m) / 3 + 1e-9  # the cost at which the score is `least`
    best = [[never] * (m + 1) for _ in range(n + 1)]
    best[0][0] = 0.0
    for i in range(n + 1):
        row = best[i]
        groups = [
            (len(group), heard)
            for size in range(1, min(_GROUP, n - i) + 1)
            if (heard := _TABLE.get(group := letters[i : i + size]))
        ]
        if i == n - 1 and letters[i] == "e" and n > 3:
            groups = [(1, _LAST_E)]
        letter = letters[i] if i < n else ""
        vowel = letter in EN_VOWELS
        skip = _silence(letters, i) if letter else never
        for j in range(m + 1):
            here = row[j]
            if here > most:
                continue
            sound = sounds[j] if j < m else ""
            if sound:
                cost = here + _epenthesis(sounds, j)
                if cost < row[j + 1]:
                    row[j + 1] = cost
            if not letter:
                continue
            if here + skip < best[i + 1][j]:
                best[i + 1][j] = here + skip
            if sound:
                if letter == sound:
                    cost = here
                elif vowel and sound in JAMO_VOWELS:
                    cost = here + _VOWEL_FOR_VOWEL
                else:
                    cost = here + _OTHER_CONSONANT
                if cost < best[i + 1][j + 1]:
                    best[i + 1][j + 1] = cost
            for size, heard in groups:
                target = best[i + size]
                for text, extra in heard:
                    if sounds.startswith(text, j):
                        cost = here + extra
                        if cost < target[j + len(text)]:
                            target[j + len(text)] = cost
    return max(0.0, 1 - 3 * best[n][m] / (n + m))


def _silence(letters: str, i: int) -> float:
    """What it costs not to hear ``letters[i]`` at all."""
    letter = letters[i]
    after = letters[i + 1 : i + 2]
    if letter == "r" and i and letters[i - 1] in EN_VOWELS and not (after and after in EN_VOWELS):
        return 0.0
    if letter == "e" and i and after != "r":
        return 0.0 if not after or after in "sd" else 0.2 if after in EN_VOWELS else 0.1
    if letter == "s" and i and not after:
        return 0.15  # a plural: 윈도우 for Windows
    if i and letter == letters[i - 1] and letter not in EN_VOWELS:
        return 0.0
    return _OTHER_VOWEL if letter in EN_VOWELS else _OTHER_CONSONANT


def _epenthesis(sounds: str, j: int) -> float:
    """What it costs that ``sounds[j]`` stands for no letter: ㅡ after a consonant is free."""
    sound = sounds[j]
    if sound == "ㅡ":
        return 0.0 if j and sounds[j - 1] not in JAMO_VOWELS else 0.3
    if j == len(sounds) - 1:
        return 2 * _OTHER_VOWEL  # 에, 이, 수: a particle or a word more
    return _OTHER_VOWEL if sound in JAMO_VOWELS else _OTHER_CONSONANT
