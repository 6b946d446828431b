"""Compares `myelin tokenize` with the PyPI package `tokenizers` on every line of a text.

    pip install tokenizers
    python3 Scripts/check_tokenizers.py .build/release/myelin tinyshakespeare.txt

Training must give the same merges, what Myelin writes must load there and encode alike, and what is
written there must load here and encode alike: BPE and WordPiece.
"""

import json
import pathlib
import subprocess
import sys
import tempfile
import time

from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

GOLDEN = pathlib.Path(__file__).resolve().parent.parent / "Tests" / "TextTests" / "Golden"
SPECIAL = "<|endoftext|>"


def train(text, merges):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    start = time.perf_counter()
    tokenizer.train_from_iterator([text], trainers.BpeTrainer(
        vocab_size=257 + merges, special_tokens=[SPECIAL], show_progress=False,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))
    print(f"tokenizers: {merges} merges in {time.perf_counter() - start:.2f} s")
    return tokenizer


def train_wordpiece(text, size, numbered):
    """A vocabulary of WordPiece; where it is numbered, its ties are broken as Myelin breaks them."""
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    specials = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    if numbered:
        normalized = tokenizer.normalizer.normalize_str(text)
        words = {word for word, _ in tokenizer.pre_tokenizer.pre_tokenize_str(normalized)}
        specials += sorted({letter for word in words for letter in word})
        specials += sorted({"##" + letter for word in words for letter in word[1:]})
    start = time.perf_counter()
    tokenizer.train_from_iterator([text], trainers.WordPieceTrainer(
        vocab_size=size, special_tokens=specials, show_progress=False))
    return tokenizer.get_vocab(), time.perf_counter() - start


def main():
    program, path = sys.argv[1], sys.argv[2]
    text = pathlib.Path(path).read_bytes().decode()
    lines = [line + "\n" for line in text.split("\n")]
    lines[-1:] = [lines[-1][:-1]] if lines[-1] != "\n" else []

    def run(*arguments):
        return subprocess.run(
            [program, "tokenize", *map(str, arguments)], check=True, capture_output=True,
            text=True).stdout

    def compare(name, file, tokenizer):
        ours = [list(map(int, line.split())) for line in run("encode", file, path).splitlines()]
        theirs = [encoding.ids for encoding in tokenizer.encode_batch(lines)]
        wrong = [i for i, (a, b) in enumerate(zip(ours, theirs)) if a != b]
        if len(ours) != len(theirs) or wrong:
            sys.exit(f"{name}: {len(wrong)} of {len(theirs)} lines differ, first {wrong[:3]}")
        print(f"{name}: {len(theirs)} lines, {sum(map(len, theirs))} tokens, all equal")

    with tempfile.TemporaryDirectory() as folder:
        theirs = train(text, 1000)
        their_file = pathlib.Path(folder) / "theirs.json"
        theirs.save(str(their_file))
        our_file = pathlib.Path(folder) / "ours.json"
        start = time.perf_counter()
        run("train", path, our_file, "--merges", 1000, "--special", SPECIAL)
        print(f"myelin: 1000 merges in {time.perf_counter() - start:.2f} s, the whole program")
        ours, expected = (json.loads(file.read_text())["model"] for file in (our_file, their_file))
        if ours["merges"] != expected["merges"] or ours["vocab"] != expected["vocab"]:
            sys.exit("training: merges or vocabulary differ")
        print(f"training: {len(ours['merges'])} merges and the vocabulary are equal")
        compare("BPE trained here", our_file, Tokenizer.from_file(str(our_file)))
        compare("BPE trained there", their_file, theirs)
        start = time.perf_counter()
        run("train", path, our_file, "--model", "wordpiece", "--size", 1100)
        print(f"myelin: WordPiece of 1100 in {time.perf_counter() - start:.2f} s, whole program")
        ours = json.loads(our_file.read_text())["model"]["vocab"]
        numbered, seconds = train_wordpiece(text, 1100, numbered=True)
        if ours != numbered:
            sys.exit("training of WordPiece: the vocabularies differ")
        print(f"tokenizers: WordPiece of {len(numbered)} in {seconds:.2f} s, all equal")
        drawn = [set(train_wordpiece(text, 1100, numbered=False)[0]) for _ in range(5)]
        print("of these, with ties broken as they fall, five runs lack",
              [len(set(ours) - tokens) for tokens in drawn],
              "and two of them differ by", len(drawn[0] - drawn[1]))
        compare("WordPiece trained here", our_file, Tokenizer.from_file(str(our_file)))
        for name in ("wordpiece", "bpe", "roberta"):
            file = GOLDEN / f"{name}.json"
            compare(f"golden {name}", file, Tokenizer.from_file(str(file)))


main()
