"""Writes Tests/TextTests/Golden: tokenizers and what the PyPI package `tokenizers` makes of hard texts.

    pip install tokenizers
    python3 Scripts/make_text_golden.py tinyshakespeare.txt
"""

import json
import pathlib
import sys
import unicodedata

import tokenizers
from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers, pre_tokenizers
from tokenizers import processors, trainers

GOLDEN = pathlib.Path(__file__).resolve().parent.parent / "Tests" / "TextTests" / "Golden"

CASES = [
    "", " ", "  ", "a", " a", "  a", "a ", "a  ", "\n", "\n\n", "a\n", "a\nb", "a\n\nb", "a \n b",
    "\t", "\ta", "a\tb", "\t\ta", " \t a", "a\r\nb", "\r\n\r\n", "\u00a0a", "a\u00a0\u00a0b",
    "a\u2003b", "a\u2028b\u2029c", "a\u0085b", "\u3000a", "a \u3000 b", "\u200b", "a\u200bb",
    "0", "123", " 123", "1,234.56", "v2.0", "x1y2", "3rd", "\u00bd\u00b2\u2167", "\u0663\u0664",
    "\u096a", "I'm", "don't", "they'll", "we've", "you're", "he's", "I'd", "'s", "'S", "I'M", "'tis",
    "''s", "'", "''", " 's", " '", "'r", "'re", "'rex", "'ve'll", "it\u2019s", "rock 'n' roll",
    "o'er", "dogs'", "\"'s\"", "!", "?!", "...", "a.b", "a,b", "--", "a--b", "(a)", "[UNK]x", "a/b@c.d",
    "#hash $5 50% ^ ~ ` | < >", "snake_case", "camelCase", "\u00a1Hola!", "\u00abtext\u00bb",
    "First Citizen:\nBefore we proceed any further, hear me speak.\n",
    "To be, or not to be: that is the question.", "ROMEO:", "king's king", "the the the",
    "caf\u00e9", "cafe\u0301", "na\u00efve fa\u00e7ade", "\u00c5ngstr\u00f6m \u212b A\u030a", "e\u0301\u0302\u0303",
    "\u0301", " \u0301a", "\u0130stanbul", "Stra\u00dfe", "\u1e9e", "\u03a3\u0391\u03a3", "\u01c5",
    "\ufb01ne \u2460", "\u65e5\u672c\u8a9e", "\u4e2d\u6587 text", "text\u4e2d\u6587text", "\u3072\u3089\u304c\u306a",
    "\u30ab\u30bf\u30ab\u30ca", "\ud55c\uad6d\uc5b4", "\u1112\u1161\u11ab", "\U00020000\U0002b820\U0002b920", "\uff21\uff11\u3002",
    "\u05e9\u05dc\u05d5\u05dd", "\u0645\u0631\u062d\u0628\u0627 \u0628\u0643", "\u202e\u05d0bc\u202c", "\u0e2a\u0e27\u0e31\u0e2a\u0e14\u0e35", "\u0928\u092e\u0938\u094d\u0924\u0947",
    "\U0001f600", "a\U0001f600b", "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466", "\U0001f44d\U0001f3fd", "\u2764\ufe0f",
    "\U0001f1e9\U0001f1ea\U0001f1eb\U0001f1f7", "1\ufe0f\u20e3", "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    "\x00", "a\x00b", "\x01\x02\x7f", "\ufffd", "a\ufffdb", "\ufeffa", "\ue000", "\U0010ffff", "\ufffe", "\u00ad", "a\u00adb",
    "a" * 100, "a" * 101, "ab" * 200, "the" * 40, " " * 70 + "x", "x" + "\n" * 33, "!" * 120,
    "pneumonoultramicroscopicsilicovolcanoconiosis", "\u00e9" * 101, "thou art" * 30,
    "<|endoftext|>", "a<|endoftext|>b", " <|endoftext|> ", "<|endoftext|><|endoftext|>",
    "<|endoftext|", "x <mask> y", "x  <mask>  y", "<mask>", "Juliet", "Juliets", "xJuliet Juliet.",
    "a_Juliet", "Juliet\u0301", "\u0301Juliet", "[CLS] a [SEP]", "[MASK]", "the [MASK] king", "[mask]", "[CLS]\u00e9[SEP]",
    "Na\u00efve", "NA\u00cfVE", "nai\u0308ve na\u00efve", "the na\u00efve king", "do not , I 'm n't . ' x", "ok!?", "\u0661\u0662.\u0663",
    "\u1e0b\u0323", "\u0041\u0327\u0301", "\u0344", "\uac00\u11a8", "\u2126", "\u00b5", "\u017f", "\u1fbf", "\u00b4",
    "\u309a\u1dca\u0f75", "\u1fc1\u0743\u0328\u1dee", "\u06dc\uff9f", "\ufb2c\u05b0",
]


def train_bpe(lines, specials, merges):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=len(specials) + 256 + merges, special_tokens=specials, show_progress=False,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet())
    tokenizer.train_from_iterator(lines, trainer)
    return tokenizer


def train_wordpiece(text):
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    specials = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    trainer = trainers.WordPieceTrainer(
        vocab_size=1200, special_tokens=specials, show_progress=False)
    tokenizer.train_from_iterator([text], trainer)
    # Sorted, so that training's ties leave no trace; and some tokens that Shakespeare lacks.
    words = sorted(set(tokenizer.get_vocab()) - set(specials))
    words += ["\u65e5", "\u4e2d", "\u00df", "##\u00df", "\u0627", "##\u0628", "\u00e9", "\u03c3", "##\u03c3", "##\u03b1", "\U0001f600", "1", "2", "##2", "##3", "\u3002", "##0"]
    vocabulary = {token: i for i, token in enumerate(specials + words)}
    result = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    result.normalizer = normalizers.BertNormalizer()
    result.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    result.decoder = decoders.WordPiece()
    result.add_special_tokens(specials)
    result.add_tokens([AddedToken("Na\u00efve", normalized=True, single_word=True)])
    result.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", 2), ("[SEP]", 3)])
    return result


def wordpiece_training(text, size):
    """The vocabulary in the order of its numbers. Characters that continue a word are given numbers
    beforehand, as special tokens: by itself the trainer numbers them differently in every run."""
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    normalized = tokenizer.normalizer.normalize_str(text)
    words = [word for word, _ in tokenizer.pre_tokenizer.pre_tokenize_str(normalized)]
    specials = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    specials += sorted({letter for word in words for letter in word})
    specials += sorted({"##" + letter for word in words for letter in word[1:]})
    tokenizer.train_from_iterator([text], trainers.WordPieceTrainer(
        vocab_size=size, special_tokens=specials, show_progress=False))
    return sorted(tokenizer.get_vocab(), key=tokenizer.get_vocab().get)


def old_style(tokenizer):
    """The same with merges as texts, as files from before 2024 have them, and a prefix space."""
    value = json.loads(tokenizer.to_str())
    value["model"]["merges"] = [" ".join(pair) for pair in value["model"]["merges"]]
    value["pre_tokenizer"]["add_prefix_space"] = True
    value["normalizer"] = {"type": "Sequence", "normalizers": [{"type": "NFKD"}, {"type": "StripAccents"}]}
    value["post_processor"] = {
        "type": "RobertaProcessing", "sep": ["</s>", 1], "cls": ["<s>", 0], "trim_offsets": True,
        "add_prefix_space": True}
    return value


def decode(name, tokenizer, tokens, **options):
    """An added token decodes to its content here, there to its normalized content."""
    text = tokenizer.decode(tokens, **options)
    return text.replace("naive", "Na\u00efve") if name == "wordpiece" else text


def write(name, value):
    (GOLDEN / name).write_text(json.dumps(value, ensure_ascii=True, separators=(",", ":")) + "\n")


def main():
    text = pathlib.Path(sys.argv[1]).read_text(encoding="utf-8")
    bpe = train_bpe([text], ["<|endoftext|>"], 1000)
    bpe.add_special_tokens([AddedToken("<mask>", lstrip=True)])
    bpe.add_tokens([AddedToken("Juliet", single_word=True, rstrip=True, normalized=False)])
    wordpiece = train_wordpiece(text)
    write("bpe.json", json.loads(bpe.to_str()))
    write("wordpiece.json", json.loads(wordpiece.to_str()))
    roberta = old_style(train_bpe([text], ["<s>", "</s>"], 200))
    write("roberta.json", roberta)
    tokenizers_by_name = {
        "bpe": bpe, "wordpiece": wordpiece, "roberta": Tokenizer.from_str(json.dumps(roberta))}
    cases = []
    for case in CASES:
        entry = {"text": case}
        for name, tokenizer in tokenizers_by_name.items():
            tokens = tokenizer.encode(case).ids
            pair = tokenizer.encode(case, "the king")
            entry[name] = {
                "tokens": tokens, "decoded": decode(name, tokenizer, tokens),
                "kept": decode(name, tokenizer, tokens, skip_special_tokens=False),
                "pair": pair.ids, "segments": pair.type_ids}
        for form in ("NFC", "NFD", "NFKC", "NFKD"):
            entry[form] = unicodedata.normalize(form, case)
        cases.append(entry)
    excerpt = text[:20000]
    training = train_bpe([excerpt + "aaaa aaa aaaaaa abab"], ["<|endoftext|>"], 400)
    write("training.json", {
        "text": excerpt + "aaaa aaa aaaaaa abab",
        "merges": json.loads(training.to_str())["model"]["merges"]})
    wordpieces = excerpt[:8000] + "aaaa aaa aaaaaa abab Na\u00efve \u00c5ngstr\u00f6m \u65e5\u672c abcab"
    write("wordpiece_training.json", {
        "text": wordpieces, "vocabulary": wordpiece_training(wordpieces, 500)})
    write("cases.json", {"tokenizers": tokenizers.__version__, "cases": cases})


main()
