/// What happens to text before it is cut into words.
public indirect enum Normalizer: Sendable, Hashable {
  /// One of Unicode's forms.
  case form(NormalizationForm)
  /// Each scalar's lowercase mapping, whatever stands around it.
  case lowercase
  /// All combining marks go (categories Mn, Mc and Me), as they are: decompose first.
  case stripAccents
  /// What BERT's tokenizer does (Devlin et al., 2019).
  case bert(BERTNormalization)
  /// One after the other.
  case sequence([Normalizer])

  /// The normalized text.
  public func callAsFunction(_ text: String) -> String {
    switch self {
    case .form(let form): form(text)
    case .lowercase: Normalizer.lowercase(text)
    case .stripAccents: text.keepingScalars { !$0.properties.generalCategory.isMark }
    case .bert(let normalization): normalization(text)
    case .sequence(let normalizers): normalizers.reduce(text) { $1($0) }
    }
  }

  static func lowercase(_ text: String) -> String {
    var result = ""
    result.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars {
      if scalar.isASCII {
        let isUpper = ("A"..."Z").contains(scalar)
        result.unicodeScalars.append(isUpper ? Unicode.Scalar(UInt8(scalar.value) + 32) : scalar)
      } else {
        result += scalar.properties.lowercaseMapping
      }
    }
    return result
  }
}

/// The four steps of BERT's normalization, in their order.
public struct BERTNormalization: Sendable, Hashable {
  /// NUL, U+FFFD, control and format characters and those for private use go; every kind of
  /// whitespace becomes a space.
  public var cleansText: Bool
  /// Chinese characters get a space on both sides, so that each is a word.
  public var spacesChinese: Bool
  /// The text is decomposed (NFD) and nonspacing marks go; nil for what `isLowercase` says.
  public var stripsAccents: Bool?
  /// Each scalar's lowercase mapping.
  public var isLowercase: Bool

  /// By default all four: BERT's uncased models. For cased ones give `isLowercase: false`.
  public init(
    cleansText: Bool = true, spacesChinese: Bool = true, stripsAccents: Bool? = nil,
    isLowercase: Bool = true
  ) {
    self.cleansText = cleansText
    self.spacesChinese = spacesChinese
    self.stripsAccents = stripsAccents
    self.isLowercase = isLowercase
  }

  /// The normalized text.
  public func callAsFunction(_ text: String) -> String {
    var text = text
    if cleansText { text = BERTNormalization.clean(text) }
    if spacesChinese { text = BERTNormalization.spaceChinese(text) }
    if stripsAccents ?? isLowercase {
      text = NormalizationForm.nfd(text).keepingScalars {
        $0.properties.generalCategory != .nonspacingMark
      }
    }
    return isLowercase ? Normalizer.lowercase(text) : text
  }

  private static func clean(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      if ScalarClass(scalar) == .whitespace && !isControl(scalar) {
        result.append(" ")
      } else if !isControl(scalar) && scalar != "\u{FFFD}" {
        result.append(scalar)
      }
    }
    return String(result)
  }

  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    if scalar == "\t" || scalar == "\n" || scalar == "\r" { return false }
    if scalar.isASCII { return scalar.value < 0x20 || scalar.value == 0x7F }
    return switch scalar.properties.generalCategory {
    case .control, .format, .privateUse: true
    default: false
    }
  }

  private static func spaceChinese(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: isChinese) else { return text }
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      if isChinese(scalar) { result += [" ", scalar, " "] } else { result.append(scalar) }
    }
    return String(result)
  }

  /// The blocks of CJK ideographs that BERT names.
  private static func isChinese(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x4E00...0x9FFF, 0x3400...0x4DBF, 0x20000...0x2A6DF, 0x2A700...0x2B73F,
      0x2B740...0x2B81F, 0x2B920...0x2CEAF, 0xF900...0xFAFF, 0x2F800...0x2FA1F:
      true
    default: false
    }
  }
}

extension Unicode.GeneralCategory {
  /// Mn, Mc or Me.
  var isMark: Bool { self == .nonspacingMark || self == .spacingMark || self == .enclosingMark }
}

extension String {
  /// The text without the scalars that are not to be kept.
  func keepingScalars(_ isKept: (Unicode.Scalar) -> Bool) -> String {
    if utf8.allSatisfy({ $0 < 0x80 }) { return self }
    return String(String.UnicodeScalarView(unicodeScalars.filter { $0.isASCII || isKept($0) }))
  }
}
