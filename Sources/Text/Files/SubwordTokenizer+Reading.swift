extension SubwordTokenizer {
  /// The tokenizer of a `tokenizer.json`, as the package `tokenizers` writes it, with byte-level BPE
  /// or WordPiece.
  ///
  /// Throws when the file cannot be read, is not JSON, lacks a field, contradicts itself, or asks for
  /// something that this library does not do; the error names the field and the value. Nothing in the
  /// file is passed over, but for what only changes offsets (`trim_offsets`).
  public init(contentsOf path: String) throws(TextError) {
    do {
      try self.init(json: try readBytes(path))
    } catch {
      throw error.place.hasPrefix(path) ? error : error.inside(path)
    }
  }

  /// The tokenizer of the contents of a `tokenizer.json`.
  public init(json: [UInt8]) throws(TextError) {
    let file = try JSONField(path: "", value: try JSONParser.parse(json)).object(
      "version", "truncation", "padding", "added_tokens", "normalizer", "pre_tokenizer",
      "post_processor", "decoder", "model")
    if let version = file.optional("version"), try version.string() != "1.0" {
      throw version.wrong("\"1.0\"", .unsupported)
    }
    try file.requireNone("truncation")
    try file.requireNone("padding")
    let model = try Model(try file.required("model"))
    var preTokenizer: PreTokenizer?
    if let field = file.optional("pre_tokenizer") { preTokenizer = try PreTokenizer(field) }
    let place = JSONField(
      path: "pre_tokenizer", value: file.optional("pre_tokenizer")?.value ?? .null)
    guard let preTokenizer, preTokenizer.isByteLevel == model.isByteLevel else {
      throw place.wrong(
        model.isByteLevel ? "ByteLevel, for a BPE" : "BertPreTokenizer or WhitespaceSplit",
        .unsupported)
    }
    var addedTokens: [AddedToken] = []
    if let fields = file.optional("added_tokens") {
      for field in try fields.elements() { addedTokens.append(try AddedToken(field)) }
    }
    var normalizer: Normalizer?
    if let field = file.optional("normalizer") { normalizer = try Normalizer(field) }
    var postProcessor: PostProcessor?
    if let field = file.optional("post_processor") { postProcessor = try PostProcessor.read(field) }
    var decoder = TokenDecoder.spaces
    if let field = file.optional("decoder") { decoder = try TokenDecoder(field) }
    try self.init(
      model: model, normalizer: normalizer, preTokenizer: preTokenizer,
      postProcessor: postProcessor, decoder: decoder, addedTokens: addedTokens)
  }
}

extension PreTokenizer {
  var isByteLevel: Bool {
    if case .byteLevel = self { true } else { false }
  }
}

extension SubwordTokenizer.Model {
  var isByteLevel: Bool {
    if case .bytePairEncoding = self { true } else { false }
  }

  init(_ field: JSONField) throws(TextError) {
    do throws(TextError) {
      switch try field.type() {
      case "BPE": self = .bytePairEncoding(try BytePairEncoding(field))
      case "WordPiece": self = .wordPiece(try WordPiece(field))
      default: throw field.wrong("a model of type BPE or WordPiece", .unsupported)
      }
    } catch {
      throw error.place.hasPrefix(field.path)
        ? error
        : TextError(
          error.reason, place: "\(field.path).\(error.place)", found: error.found,
          expected: error.expected)
    }
  }
}

extension Vocabulary {
  init(_ field: JSONField) throws(TextError) {
    self.init()
    for (token, value) in try field.members() {
      // The path is long to make for each of many tokens: only where it is told.
      guard case .integer(let number) = value else {
        throw JSONField(path: "\(field.path)[\(quoted(token))]", value: value)
          .wrong("a whole number")
      }
      try insert(token, number: number)
    }
  }
}

extension BytePairEncoding {
  init(_ field: JSONField) throws(TextError) {
    let model = try field.object(
      "type", "dropout", "unk_token", "continuing_subword_prefix", "end_of_word_suffix",
      "fuse_unk", "byte_fallback", "ignore_merges", "vocab", "merges")
    try model.requireNone("dropout") {
      switch $0 {
      case .integer(0): true
      case .number(let value): value == 0
      default: false
      }
    }
    let isEmpty: (JSON) -> Bool = {
      if case .string("") = $0 { true } else { false }
    }
    try model.requireNone("continuing_subword_prefix", or: isEmpty)
    try model.requireNone("end_of_word_suffix", or: isEmpty)
    try model.requireNone("byte_fallback") { if case .bool(false) = $0 { true } else { false } }
    var merges: [Pair] = []
    for merge in try model.required("merges").elements() { merges.append(try Pair(merge)) }
    try self.init(
      vocabulary: try Vocabulary(try model.required("vocab")), merges: merges,
      unknown: try model.optional("unk_token").map { (field) throws(TextError) in
        try field.string()
      },
      fusesUnknown: try model.bool("fuse_unk", false),
      ignoresMerges: try model.bool("ignore_merges", false))
  }
}

extension BytePairEncoding.Pair {
  /// Either `["a", "b"]` or, as older files have it, `"a b"`.
  init(_ field: JSONField) throws(TextError) {
    let parts: [String]
    switch field.value {
    case .string(let text):
      parts = text.unicodeScalars.split(separator: " ", omittingEmptySubsequences: false)
        .map { String($0) }
    case .array:
      var texts: [String] = []
      for element in try field.elements() { texts.append(try element.string()) }
      parts = texts
    default: parts = []
    }
    guard parts.count == 2 else { throw field.wrong("two tokens") }
    self.init(parts[0], parts[1])
  }
}

extension WordPiece {
  init(_ field: JSONField) throws(TextError) {
    let model = try field.object(
      "type", "unk_token", "continuing_subword_prefix", "max_input_chars_per_word", "vocab")
    try self.init(
      vocabulary: try Vocabulary(try model.required("vocab")),
      unknown: try model.required("unk_token").string(),
      prefix: try model.required("continuing_subword_prefix").string(),
      longestWord: try model.required("max_input_chars_per_word").count())
  }
}
