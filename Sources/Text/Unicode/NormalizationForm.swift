import Foundation
@_spi(_Unicode) import Swift

/// A normalization form of Unicode (UAX #15): one spelling for what looks the same.
public enum NormalizationForm: String, Sendable, Hashable, CaseIterable {
  /// Canonical, composed: é is one scalar.
  case nfc = "NFC"
  /// Canonical, decomposed: é is e and a combining accent.
  case nfd = "NFD"
  /// Compatibility, composed: also ﬁ becomes fi, and ² becomes 2.
  case nfkc = "NFKC"
  /// Compatibility, decomposed.
  case nfkd = "NFKD"

  /// The text in this form.
  public func callAsFunction(_ text: String) -> String {
    if text.utf8.allSatisfy({ $0 < 0x80 }) { return text }
    // Marks that decompose into marks leave the first decomposition in a wrong order, the standard
    // library's as well as Foundation's; the second step puts them right. Foundation's composition
    // is not used, since it leaves a Hangul syllable and its final consonant apart.
    return switch self {
    case .nfc: text.canonicallyDecomposed.canonicallyComposed
    case .nfd: text.canonicallyDecomposed.canonicallyDecomposed
    case .nfkc: text.decomposedStringWithCompatibilityMapping.canonicallyComposed
    case .nfkd: text.decomposedStringWithCompatibilityMapping.canonicallyDecomposed
    }
  }
}

extension String {
  fileprivate var canonicallyComposed: String { String(scalars: _nfc) }
  fileprivate var canonicallyDecomposed: String { String(scalars: _nfd) }

  private init(scalars: some Sequence<Unicode.Scalar>) {
    var view = String.UnicodeScalarView()
    for scalar in scalars { view.append(scalar) }
    self.init(view)
  }
}
