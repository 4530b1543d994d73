"""Tell which sentences of a passage are orders to a model that reads it: they state nothing that an answer may repeat.

An order to forget other orders, or one in the form of a system's, makes all that follows it suspect; one about the form
of the reply is only itself. Of 92 published orders 55 are known so, most others being questions, which state nothing
either; of 10,000 help pages in English and Chinese one has such a sentence, an example in documentation of prompts.
"""

import re
from collections.abc import Sequence

from knowledge.words import simplified

_NEAR = r"(?:\W+\w+){0,4}?\W+"
_MODEL = r"(?:AI|LLM|language model|chatbot|assistant)s?"
_TAKES_OVER = re.compile(
    rf"\b(?:ignore|disregard|forget|override|bypass|(?:do not|stop) follow(?:ing)?){_NEAR}"
    r"(?:previous|prior|above|earlier|preceding|other|initial|original|your|system|all)\b(?:\W+\w+){0,3}?\W+"
    r"(?:instruction|prompt|rule|directive|guideline|direction|message|command|constraint)s?\b"
    r"|\b(?:ignore|disregard|forget)\W+(?:\w+\W+){0,2}?(?:instructions|prompts?|rules)\W+(?:above|before|given)\b"
    rf"|\b(?:print|reveal|repeat|output|show|leak|display|disclose|translate|tell){_NEAR}(?:your|the)\W+(?:\w+\W+)?"
    r"(?:system (?:prompt|message)|(?:hidden|secret|initial|above|previous|own) (?:instructions|prompt|rules))\b"
    rf"|\b(?:if you are|note to|attention,?|dear)\W+(?:an?|the|any|all)?\W*(?:AI )?{_MODEL}\b"
    r"|\b(?:you are now|from now on,? you|pretend (?:to be|you are)|act as)\b[^.]{0,60}"
    r"\b(?:DAN|jailbroken|unrestricted|developer mode|(?:without|no) (?:any )?(?:restrictions|rules|filters))"
    r"|\bnew (?:system )?(?:instructions?|rules|directives?)\s*:"
    r"|\A\W*(?:system(?: (?:message|prompt|override|note|instructions?|update))?\]?\s*:|(?:im_start|INST)\b)"
    r"|</passage"
    r"|\b(?:ignora|ignore[rz]?|olvida|oublie[zr]?|ignoriere?n?|vergiss)\b[^.\n]{0,40}"
    r"\b(?:instrucciones|instructions|anweisungen|regeln|reglas|consignes)\b"
    r"|(?:忽略|无视|忘记|忽视|不要理会|推翻)[^。！？\n]{0,10}(?:以上|之前|先前|上面|前面|所有|原本|系统)"
    r"[^。！？\n]{0,8}(?:指示|指令|提示|规则|设定)"
    r"|(?:输出|显示|透露|列出|复述|告诉我)[^。！？\n]{0,8}(?:系统提示|提示词|系统指令)",
    re.IGNORECASE,
)
_IS_OF_THE_REPLY = re.compile(
    r"\A\W*(?:(?:please|also|now|then)\W+)?(?:add|append|augment|combine|convert|embed|encode|encrypt|enhance|express"
    r"|format|give|in|include|incorporate|insert|integrate|make|mention|misspell|modify|provide|put|recommend|render"
    r"|replace|scramble|start|begin|end|suggest|translate|use|write)\b[^.!?\n]{0,80}"
    r"\byour (?:reply|response|answer|message|output)s?\b",
    re.IGNORECASE,
)


def orders_in(sentences: Sequence[str]) -> list[bool]:
    """Return of each sentence of a passage whether it is such an order, or follows one that takes over."""
    taken_over = False
    found = []
    for sentence in map(simplified, sentences):
        taken_over = taken_over or _TAKES_OVER.search(sentence) is not None
        found.append(taken_over or _IS_OF_THE_REPLY.search(sentence) is not None)
    return found
