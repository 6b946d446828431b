extension SubwordTokenizer {
  /// Writes a `tokenizer.json` that the package `tokenizers` and this one read, and with which both
  /// encode alike. Throws when the place cannot be written to.
  public func write(to path: String) throws(TextError) {
    try writeBytes(Array(json.utf8), to: path)
  }

  /// The contents of a `tokenizer.json`.
  public var json: String {
    var text = ""
    JSON.object([
      ("version", .string("1.0")), ("truncation", .null), ("padding", .null),
      ("added_tokens", .array(addedTokens.map(\.json))),
      ("normalizer", normalizer?.json ?? .null), ("pre_tokenizer", preTokenizer.json),
      ("post_processor", postProcessor?.json(vocabulary) ?? .null), ("decoder", decoder.json),
      ("model", model.json),
    ]).write(to: &text)
    return text + "\n"
  }
}

extension AddedToken {
  fileprivate var json: JSON {
    .object([
      ("id", .integer(number)), ("content", .string(content)),
      ("single_word", .bool(isSingleWord)), ("lstrip", .bool(stripsLeft)),
      ("rstrip", .bool(stripsRight)), ("normalized", .bool(isNormalized)),
      ("special", .bool(isSpecial)),
    ])
  }
}

extension Normalizer {
  fileprivate var json: JSON {
    func typed(_ name: String, _ fields: [(name: String, value: JSON)] = []) -> JSON {
      .object([("type", .string(name))] + fields)
    }
    return switch self {
    case .form(let form): typed(form.rawValue)
    case .lowercase: typed("Lowercase")
    case .stripAccents: typed("StripAccents")
    case .bert(let bert):
      typed(
        "BertNormalizer",
        [
          ("clean_text", .bool(bert.cleansText)),
          ("handle_chinese_chars", .bool(bert.spacesChinese)),
          ("strip_accents", bert.stripsAccents.map { .bool($0) } ?? .null),
          ("lowercase", .bool(bert.isLowercase)),
        ])
    case .sequence(let normalizers):
      typed("Sequence", [("normalizers", .array(normalizers.map(\.json)))])
    }
  }
}

extension PreTokenizer {
  fileprivate var json: JSON {
    switch self {
    case .byteLevel(let addsPrefixSpace, let usesPattern):
      .object([
        ("type", .string("ByteLevel")), ("add_prefix_space", .bool(addsPrefixSpace)),
        ("trim_offsets", .bool(true)), ("use_regex", .bool(usesPattern)),
      ])
    case .bert: .object([("type", .string("BertPreTokenizer"))])
    case .whitespace: .object([("type", .string("WhitespaceSplit"))])
    }
  }
}

extension TokenDecoder {
  fileprivate var json: JSON {
    switch self {
    case .byteLevel:
      .object([
        ("type", .string("ByteLevel")), ("add_prefix_space", .bool(true)),
        ("trim_offsets", .bool(true)), ("use_regex", .bool(true)),
      ])
    case .wordPiece(let prefix, let cleansUp):
      .object([
        ("type", .string("WordPiece")), ("prefix", .string(prefix)), ("cleanup", .bool(cleansUp)),
      ])
    case .spaces: .null
    }
  }
}

extension PostProcessor {
  fileprivate func json(_ vocabulary: Vocabulary) -> JSON {
    var (names, specials): (Set<ExactString>, [(name: String, value: JSON)]) = ([], [])
    for case .special(let name, let tokens, _) in single + pair
    where names.insert(ExactString(name)).inserted {
      let texts = tokens.map { vocabulary[$0] ?? "" }
      specials.append(
        (
          name,
          .object([
            ("id", .string(name)), ("ids", .array(tokens.map { .integer($0) })),
            ("tokens", .array(texts.map { .string($0) })),
          ])
        ))
    }
    return .object([
      ("type", .string("TemplateProcessing")), ("single", .array(single.map(\.json))),
      ("pair", .array(pair.map(\.json))), ("special_tokens", .object(specials)),
    ])
  }
}

extension PostProcessor.Piece {
  fileprivate var json: JSON {
    let (kind, id, segment) =
      switch self {
      case .first(let segment): ("Sequence", "A", segment)
      case .second(let segment): ("Sequence", "B", segment)
      case .special(let name, _, let segment): ("SpecialToken", name, segment)
      }
    return .object([(kind, .object([("id", .string(id)), ("type_id", .integer(segment))]))])
  }
}

extension SubwordTokenizer.Model {
  fileprivate var json: JSON {
    let vocabulary = JSON.object(vocabulary.entries.map { ($0.token, .integer($0.number)) })
    return switch self {
    case .bytePairEncoding(let model):
      .object([
        ("type", .string("BPE")), ("dropout", .null),
        ("unk_token", model.unknown.map { .string($0) } ?? .null),
        ("continuing_subword_prefix", .null), ("end_of_word_suffix", .null),
        ("fuse_unk", .bool(model.fusesUnknown)), ("byte_fallback", .bool(false)),
        ("ignore_merges", .bool(model.ignoresMerges)), ("vocab", vocabulary),
        (
          "merges", .array(model.merges.map { .array([.string($0.left), .string($0.right)]) })
        ),
      ])
    case .wordPiece(let model):
      .object([
        ("type", .string("WordPiece")), ("unk_token", .string(model.unknown)),
        ("continuing_subword_prefix", .string(model.prefix)),
        ("max_input_chars_per_word", .integer(model.longestWord)), ("vocab", vocabulary),
      ])
    }
  }
}
