extension AddedToken {
  init(_ field: JSONField) throws(TextError) {
    let token = try field.object(
      "id", "content", "single_word", "lstrip", "rstrip", "normalized", "special")
    let content = try token.required("content")
    guard try !content.string().isEmpty else { throw content.wrong("a text that is not empty") }
    self.init(
      try content.string(), number: try token.required("id").count(),
      isSpecial: try token.bool("special", false),
      isSingleWord: try token.bool("single_word", false),
      stripsLeft: try token.bool("lstrip", false), stripsRight: try token.bool("rstrip", false),
      isNormalized: try token.bool("normalized", true))
  }
}

extension Normalizer {
  init(_ field: JSONField) throws(TextError) {
    let type = try field.type()
    if let form = NormalizationForm(rawValue: type) {
      _ = try field.object("type")
      self = .form(form)
      return
    }
    switch type {
    case "Lowercase":
      _ = try field.object("type")
      self = .lowercase
    case "StripAccents":
      _ = try field.object("type")
      self = .stripAccents
    case "BertNormalizer":
      let object = try field.object(
        "type", "clean_text", "handle_chinese_chars", "strip_accents", "lowercase")
      self = .bert(
        BERTNormalization(
          cleansText: try object.bool("clean_text", true),
          spacesChinese: try object.bool("handle_chinese_chars", true),
          stripsAccents: try object.optional("strip_accents").map { (field) throws(TextError) in
            try field.bool()
          }, isLowercase: try object.bool("lowercase", true)))
    case "Sequence":
      var normalizers: [Normalizer] = []
      for part in try field.object("type", "normalizers").required("normalizers").elements() {
        normalizers.append(try Normalizer(part))
      }
      self = .sequence(normalizers)
    default:
      throw field.wrong(
        "NFC, NFD, NFKC, NFKD, Lowercase, StripAccents, BertNormalizer or Sequence", .unsupported)
    }
  }
}

extension PreTokenizer {
  init(_ field: JSONField) throws(TextError) {
    switch try field.type() {
    case "ByteLevel":
      let object = try field.object("type", "add_prefix_space", "trim_offsets", "use_regex")
      self = .byteLevel(
        addsPrefixSpace: try object.bool("add_prefix_space", true),
        usesPattern: try object.bool("use_regex", true))
    case "BertPreTokenizer":
      _ = try field.object("type")
      self = .bert
    case "WhitespaceSplit":
      _ = try field.object("type")
      self = .whitespace
    default: throw field.wrong("ByteLevel, BertPreTokenizer or WhitespaceSplit", .unsupported)
    }
  }
}

extension TokenDecoder {
  init(_ field: JSONField) throws(TextError) {
    switch try field.type() {
    case "ByteLevel":
      _ = try field.object("type", "add_prefix_space", "trim_offsets", "use_regex")
      self = .byteLevel
    case "WordPiece":
      let object = try field.object("type", "prefix", "cleanup")
      self = .wordPiece(
        prefix: try object.required("prefix").string(), cleansUp: try object.bool("cleanup", true))
    default: throw field.wrong("ByteLevel or WordPiece", .unsupported)
    }
  }
}

extension PostProcessor {
  /// The processor that a field describes; nil where it changes nothing but offsets.
  static func read(_ field: JSONField) throws(TextError) -> PostProcessor? {
    switch try field.type() {
    case "ByteLevel":
      _ = try field.object("type", "add_prefix_space", "trim_offsets", "use_regex")
      return nil
    case "BertProcessing":
      let object = try field.object("type", "sep", "cls")
      return .bert(
        start: try namedToken(try object.required("cls")),
        end: try namedToken(try object.required("sep")))
    case "RobertaProcessing":
      let object = try field.object("type", "sep", "cls", "trim_offsets", "add_prefix_space")
      let (cls, sep) = (
        try namedToken(try object.required("cls")), try namedToken(try object.required("sep"))
      )
      let (start, end) = (
        Piece.special(cls.token, tokens: [cls.number]),
        Piece.special(sep.token, tokens: [sep.number])
      )
      return PostProcessor(
        single: [start, .first(), end],
        pair: [start, .first(), end, end, .second(segment: 0), end])
    case "TemplateProcessing": return try template(field)
    case "Sequence": return try sequence(field)
    default:
      throw field.wrong(
        "ByteLevel, BertProcessing, RobertaProcessing, TemplateProcessing or Sequence",
        .unsupported)
    }
  }

  private static func sequence(_ field: JSONField) throws(TextError) -> PostProcessor? {
    var result: PostProcessor?
    for part in try field.object("type", "processors").required("processors").elements() {
      guard let processor = try read(part) else { continue }
      guard result == nil else {
        throw part.wrong("one processor that adds tokens", .unsupported)
      }
      result = processor
    }
    return result
  }

  /// `["[SEP]", 102]`.
  private static func namedToken(
    _ field: JSONField
  ) throws(TextError) -> (token: String, number: Int) {
    let parts = try field.elements()
    guard parts.count == 2 else { throw field.wrong("a token and its number") }
    return (try parts[0].string(), try parts[1].count())
  }

  private static func template(_ field: JSONField) throws(TextError) -> PostProcessor {
    let object = try field.object("type", "single", "pair", "special_tokens")
    var specials: [ExactString: [Int]] = [:]
    let table = try object.required("special_tokens")
    for (name, value) in try table.members() {
      let token = try JSONField(path: "\(table.path).\(name)", value: value)
        .object("id", "ids", "tokens")
      var numbers: [Int] = []
      for number in try token.required("ids").elements() { numbers.append(try number.count()) }
      specials[ExactString(name)] = numbers
    }
    func pieces(_ name: String) throws(TextError) -> [Piece] {
      var pieces: [Piece] = []
      for piece in try object.required(name).elements() {
        pieces.append(try PostProcessor.piece(piece, specials))
      }
      return pieces
    }
    return PostProcessor(single: try pieces("single"), pair: try pieces("pair"))
  }

  private static func piece(
    _ field: JSONField, _ specials: [ExactString: [Int]]
  ) throws(TextError) -> Piece {
    let object = try field.object("Sequence", "SpecialToken")
    guard object.members.count == 1 else { throw field.wrong("Sequence or SpecialToken") }
    let name = object.members[0].name
    let piece = try object.required(name).object("id", "type_id")
    let (id, segment) = (try piece.required("id"), try piece.required("type_id").count())
    if name == "SpecialToken" {
      guard let tokens = specials[ExactString(try id.string())] else {
        throw id.wrong("a token of special_tokens")
      }
      return .special(try id.string(), tokens: tokens, segment: segment)
    }
    switch try id.string() {
    case "A": return .first(segment: segment)
    case "B": return .second(segment: segment)
    default: throw id.wrong("\"A\" or \"B\"")
    }
  }
}
