/// What tokenizers ask about a scalar, by its general category and its property White_Space.
enum ScalarClass: Sendable {
  /// \p{L}: Lu, Ll, Lt, Lm, Lo.
  case letter
  /// \p{N}: Nd, Nl, No.
  case number
  /// \s: White_Space.
  case whitespace
  /// All else.
  case other

  init(_ scalar: Unicode.Scalar) {
    if scalar.isASCII {
      self =
        switch scalar {
        case "a"..."z", "A"..."Z": .letter
        case "0"..."9": .number
        case " ", "\t"..."\r": .whitespace
        default: .other
        }
      return
    }
    if scalar.properties.isWhitespace {
      self = .whitespace
      return
    }
    self =
      switch scalar.properties.generalCategory {
      case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter:
        .letter
      case .decimalNumber, .letterNumber, .otherNumber: .number
      default: .other
      }
  }
}

extension [UInt8] {
  /// The scalar at a place of bytes that are UTF-8, and how many bytes it has.
  @inline(__always)
  func scalar(at place: Int) -> (scalar: Unicode.Scalar, byteCount: Int) {
    let first = self[place]
    if first < 0x80 { return (Unicode.Scalar(first), 1) }
    let byteCount = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
    var value = UInt32(first) & (0x7F >> UInt32(byteCount))
    for following in self[(place + 1)..<(place + byteCount)] {
      value = value << 6 | UInt32(following & 0x3F)
    }
    return (Unicode.Scalar(value) ?? "\u{FFFD}", byteCount)
  }
}
