import Foundation
import TestSupport
import Testing
import Text

/// What the package `tokenizers` makes of hard texts: see Scripts/make_text_golden.py.
struct GoldenCases: Decodable {
  struct Encoded: Decodable {
    let tokens: [Int]
    let decoded: String
    let kept: String
    let pair: [Int]
    let segments: [Int]
  }

  struct Case: Decodable {
    let text: String
    let bpe: Encoded
    let wordpiece: Encoded
    let roberta: Encoded
    let NFC: String
    let NFD: String
    let NFKC: String
    let NFKD: String

    func encoded(_ name: String) -> Encoded {
      switch name {
      case "bpe": bpe
      case "roberta": roberta
      default: wordpiece
      }
    }

    func normalized(_ form: NormalizationForm) -> String {
      switch form {
      case .nfc: NFC
      case .nfd: NFD
      case .nfkc: NFKC
      case .nfkd: NFKD
      }
    }
  }

  let cases: [Case]

  static let all: [Case] = {
    do {
      return try JSONDecoder().decode(GoldenCases.self, from: Data(file("cases.json"))).cases
    } catch {
      Issue.record(error)
      return []
    }
  }()

  static func path(_ name: String) -> String {
    Bundle.module.bundleURL.appendingPathComponent("Golden/\(name)").path
  }

  static func file(_ name: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(fileURLWithPath: path(name))))
  }

  static func tokenizer(_ name: String) throws -> SubwordTokenizer {
    try SubwordTokenizer(contentsOf: path("\(name).json"))
  }
}

/// The scalars of a text, since Swift calls canonically equivalent texts equal.
func scalars(_ text: String) -> [UInt32] { text.unicodeScalars.map(\.value) }
