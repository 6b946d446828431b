import Testing
import Text

/// What a `tokenizer.json` can have wrong, and the words of the error.
@Suite struct TokenizerFileTests {
  struct Broken: Sendable {
    let change: (old: String, new: String)
    let message: String

    init(_ old: String, _ new: String, _ message: String) {
      change = (old, new)
      self.message = message
    }
  }

  static let good = #"""
    {"version": "1.0", "truncation": null, "padding": null,
     "added_tokens": [{"id": 5, "content": "<e>", "special": true}],
     "normalizer": {"type": "NFC"},
     "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false},
     "post_processor": null, "decoder": {"type": "ByteLevel"},
     "model": {"type": "BPE", "dropout": null, "unk_token": null,
       "vocab": {"a": 0, "b": 1, "ab": 2, "Ġ": 3, "aba": 4}, "merges": ["a b", ["ab", "a"]]}}
    """#

  static let broken = [
    Broken(#""1.0""#, #""2.0""#, #"version: unsupported: found "2.0", expected "1.0""#),
    Broken(
      #""padding": null"#, #""padding": {"pad_id": 0}"#,
      "padding: unsupported: found an object of 1 members, expected null, since this library does "
        + "nothing of the kind"),
    Broken(
      #""NFC""#, #""Precompiled""#,
      "normalizer: unsupported: found an object of type \"Precompiled\", expected NFC, NFD, NFKC, "
        + "NFKD, Lowercase, StripAccents, BertNormalizer or Sequence"),
    Broken(
      #""type": "ByteLevel", "#, #""type": "Split", "#,
      "pre_tokenizer: unsupported: found an object of type \"Split\", expected ByteLevel, "
        + "BertPreTokenizer or WhitespaceSplit"),
    Broken(
      #"{"type": "ByteLevel", "add_prefix_space": false}"#, "null",
      "pre_tokenizer: unsupported: found null, expected ByteLevel, for a BPE"),
    Broken(
      #""BPE""#, #""Unigram""#,
      "model: unsupported: found an object of type \"Unigram\", expected a model of type BPE or "
        + "WordPiece"),
    Broken(
      #""dropout": null"#, #""dropout": 0.1"#,
      "model.dropout: unsupported: found 0.1, expected null, since this library does nothing of "
        + "the kind"),
    Broken(
      #""dropout": null"#, #""drop": 1"#,
      "model.drop: unsupported: found 1, expected no field but type, dropout, unk_token, "
        + "continuing_subword_prefix, end_of_word_suffix, fuse_unk, byte_fallback, ignore_merges, "
        + "vocab, merges"),
    Broken(
      #""b": 1"#, #""b": 0"#,
      "model.vocabulary: invalid value: found the number 0 for \"b\" and for \"a\", expected a "
        + "number of its own for each token"),
    Broken(
      #""b": 1"#, #""b": -1"#,
      "model.vocabulary: invalid value: found the number -1 for \"b\", expected a number in "
        + "0 ..< 4194304"),
    Broken(
      #""b": 1"#, #""b": 99999999999"#,
      "model.vocabulary: invalid value: found the number 99999999999 for \"b\", expected a number "
        + "in 0 ..< 4194304"),
    Broken(
      #""b": 1"#, #""b": "1""#,
      "model.vocab[\"b\"]: invalid value: found \"1\", expected a whole number"),
    Broken(
      #""a b""#, #""a c""#,
      "model.merges[0]: invalid value: found \"c\", which is not in the vocabulary, expected a "
        + "token of the vocabulary"),
    Broken(
      #""a b""#, #""a  b""#, "model.merges[0]: invalid value: found \"a  b\", expected two tokens"),
    Broken(
      #""a b""#, "7", "model.merges[0]: invalid value: found 7, expected two tokens"),
    Broken(
      #""id": 5"#, #""id": 4"#,
      "vocabulary: invalid value: found the number 4 for \"<e>\" and for \"aba\", expected a "
        + "number of its own for each token"),
    Broken(
      #""id": 5, "#, "", "added_tokens[0].id: missing field: found nothing, expected a value"),
    Broken(
      #""special": true"#, #""special": "yes""#,
      "added_tokens[0].special: invalid value: found \"yes\", expected true or false"),
    Broken(
      #""b": 1"#, #""a": 1"#,
      ": invalid JSON at byte 363: found \"a\" again, expected each name once in an object"),
    Broken(
      #""1.0","#, #""1.0""#, ": invalid JSON at byte 18: found \"\\\"\", expected ',' or '}'"),
    Broken(
      #""1.0""#, #""\ud800""#,
      ": invalid JSON at byte 13: found one without the other, expected two surrogates that make "
        + "a scalar"),
    Broken(
      "null,", String(repeating: "[", count: 100),
      ": invalid JSON at byte 96: found one more level, expected at most 64 levels"),
  ]

  @Test("what is wrong is said", arguments: broken.indices)
  func errors(_ index: Int) throws {
    let (change, message) = (Self.broken[index].change, Self.broken[index].message)
    let range = try #require(Self.good.firstRange(of: change.old))
    var text = Self.good
    text.replaceSubrange(range, with: change.new)
    let error = #expect(throws: TextError.self) { try SubwordTokenizer(json: Array(text.utf8)) }
    #expect(error?.description == message)
  }

  static let wordPieces = #"""
    {"version": "1.0", "truncation": null, "padding": null,
     "added_tokens": [{"id": 0, "content": "[UNK]", "special": true},
       {"id": 1, "content": "[SEP]", "special": true, "lstrip": true, "single_word": true},
       {"id": 2, "content": "\u00c9t\ud83d\ude00", "normalized": true}],
     "normalizer": {"type": "Sequence", "normalizers": [
       {"type": "BertNormalizer", "strip_accents": null}, {"type": "NFKD"}]},
     "pre_tokenizer": {"type": "BertPreTokenizer"},
     "post_processor": {"type": "TemplateProcessing",
       "single": [{"Sequence": {"id": "A", "type_id": 0}},
         {"SpecialToken": {"id": "[SEP]", "type_id": 0}}],
       "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}],
       "special_tokens": {"[SEP]": {"id": "[SEP]", "ids": [1], "tokens": ["[SEP]"]}}},
     "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": true},
     "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
       "max_input_chars_per_word": 100, "vocab": {"[UNK]": 0, "a": 3, "##b": 4, "##a": 5}}}
    """#

  @Test("nothing that is cut off or damaged does more than throw", arguments: [good, wordPieces])
  func damage(_ file: String) throws {
    let bytes = Array(file.utf8)
    let text = "abaab<e> ab [SEP] Été😀 a"
    #expect(throws: Never.self) { try SubwordTokenizer(json: bytes) }
    for length in 0..<bytes.count {
      #expect(throws: TextError.self) { try SubwordTokenizer(json: Array(bytes[..<length])) }
    }
    for place in bytes.indices {
      for byte: UInt8 in [0x00, 0x22, 0x2C, 0x39, 0x5B, 0x5C, 0x7D, 0xFF] {
        var damaged = bytes
        damaged[place] = byte
        if let tokenizer = try? SubwordTokenizer(json: damaged) {
          if let tokens = try? tokenizer.encode(text) { _ = try? tokenizer.decode(tokens) }
        }
      }
    }
  }

  @Test("where a file cannot be written")
  func unwritable() throws {
    let tokenizer = try SubwordTokenizer(json: Array(Self.good.utf8))
    let places = [("/", "Is a directory"), ("/none/such.json", "No such file or directory")]
    for (place, found) in places {
      let error = #expect(throws: TextError.self) { try tokenizer.write(to: place) }
      #expect(
        error?.description
          == "\(place): unwritable file: found \(found), expected a place that can be written to")
    }
  }

  @Test("what is whole is read")
  func encodes() throws {
    let bytePairs = try SubwordTokenizer(json: Array(Self.good.utf8))
    #expect(try bytePairs.encode("abaab<e>") == [4, 2, 5])
    let wordPieces = try SubwordTokenizer(json: Array(Self.wordPieces.utf8))
    #expect(try wordPieces.encode("aba x Ét😀") == [3, 4, 5, 0, 2, 1])
    #expect(try wordPieces.decode([3, 4, 5, 0, 3]) == "aba a")
  }

  @Test("bytes that have no token are an error where there is none for the unknown")
  func missingBytes() throws {
    let tokenizer = try SubwordTokenizer(json: Array(Self.good.utf8))
    let error = #expect(throws: TextError.self) { try tokenizer.encode("abc") }
    #expect(error?.reason == .unknownText)
    #expect(error?.offset == 2)
  }
}
