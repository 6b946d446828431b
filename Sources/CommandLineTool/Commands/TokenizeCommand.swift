import ArgumentParser
import Myelin
import Recipes

/// `myelin tokenize`: trains a tokenizer on a text, or encodes a text.
struct TokenizeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tokenize", abstract: "Train a tokenizer, or encode text with one.",
    subcommands: [Train.self, Encode.self])

  struct Train: ParsableCommand {
    /// What is learned.
    enum Model: String, CaseIterable, ExpressibleByArgument {
      case bpe
      case wordpiece
    }

    static let configuration = CommandConfiguration(
      abstract: "Learn a tokenizer from a text and write its tokenizer.json.",
      usage: "myelin tokenize train <text> <output> [<options>]")

    @Argument(help: "A file of UTF-8 text.") var text: String
    @Argument(help: "The tokenizer.json to write.") var output: String
    @Option(help: "Byte-level BPE, as GPT-2's, or the WordPiece of BERT's uncased models.")
    var model = Model.bpe
    @Option(parsing: .unconditional, help: "For bpe: pairs to merge, at most.") var merges = 1000
    @Option(parsing: .unconditional, help: "For wordpiece: tokens, at most.") var size = 8000
    @Option(
      help: "A token that is found as it is written; may be repeated. wordpiece has BERT's besides."
    )
    var special: [String] = []
    @Flag(help: "Print one JSON object.") var json = false

    func validate() throws {
      for (name, value) in [("merges", merges), ("size", size)] {
        guard (0...1_000_000).contains(value) else {
          throw ValidationError("--\(name) is \(value); it must be in 0 … 1000000")
        }
      }
    }

    func run() throws {
      let tokenizer = try train(on: try readText(text))
      try tokenizer.write(to: output)
      let size = tokenizer.vocabularySize
      try Terminal.standardOutput.writeLine(
        json
          ? JSONValue.object(["file": .text(output), "tokens": .integer(size)]).rendered()
          : "\(output): \(size) tokens")
    }

    private func train(on text: String) throws -> SubwordTokenizer {
      switch model {
      case .bpe:
        try .trainBytePairEncoding(
          on: text, vocabularySize: Set(special).count + 256 + merges, specialTokens: special)
      case .wordpiece:
        try .trainWordPiece(
          on: text, vocabularySize: size,
          specialTokens: ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] + special)
      }
    }
  }

  struct Encode: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Print the tokens of each line of a text; a line's end counts with it.")

    @Argument(help: "A tokenizer.json.") var tokenizer: String
    @Argument(help: "A file of UTF-8 text.") var text: String
    @Flag(help: "Print one JSON array a line.") var json = false

    func run() throws {
      let tokenizer = try SubwordTokenizer(contentsOf: tokenizer)
      let terminal = Terminal.standardOutput
      var rest = Array(try readText(text).utf8)[...]
      while !rest.isEmpty {
        let end = rest.firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? rest.endIndex
        let line = String(decoding: rest[..<end], as: UTF8.self)
        let tokens = try tokenizer.encode(line)
        let words = tokens.map(String.init)
        try terminal.writeLine(
          json ? "[\(words.joined(separator: ","))]" : words.joined(separator: " "))
        rest = rest[end...]
      }
    }
  }
}
