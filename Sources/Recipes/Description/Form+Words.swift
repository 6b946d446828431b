extension Form {
  /// What is expected, in words: `an integer in 1 … 10`.
  package var words: String {
    switch self {
    case .flag: "true or false"
    case .integer(let range):
      "an integer" + Form.words(Double(range.lowerBound), Double(range.upperBound))
    case .number(let range): "a number" + range.words
    case .text: "a text"
    case .choice(let words): words.count == 1 ? words[0] : "one of " + words.joined(separator: ", ")
    case .list(.variant(let family), _): "a list of \(family.rawValue)s"
    case .list(let form, let count):
      "a list" + (count.upperBound < 100 ? " of \(Form.words(count)) items" : "")
        + ", each \(form.words)"
    case .map(let form): "a mapping of names to \(form.words)"
    case .section: "a mapping with keys"
    case .variant(let family): (family == .optimizer ? "an " : "a ") + family.rawValue
    case .either(let forms): forms.map(\.words).joined(separator: ", or ")
    }
  }

  private static func words(_ range: ClosedRange<Int>) -> String {
    range.lowerBound == range.upperBound
      ? "\(range.lowerBound)" : "\(range.lowerBound) … \(range.upperBound)"
  }

  private static func words(_ lower: Double, _ upper: Double) -> String {
    // Bounds that only keep numbers countable are nobody's concern.
    if upper >= Double(1 << 24) { return lower <= -Double(1 << 24) ? "" : " from \(Int(lower)) on" }
    return " in \(Int(lower)) … \(Int(upper))"
  }
}

extension Form.Range {
  /// The bounds, as an addition to “a number”.
  var words: String {
    func plain(_ number: Double) -> String {
      number == number.rounded() && abs(number) < 1e9 ? "\(Int(number))" : "\(number)"
    }
    switch (lower.isFinite, upper.isFinite) {
    case (false, false): return ""
    case (true, false): return includesLower ? " from \(plain(lower)) on" : " above \(plain(lower))"
    case (false, true): return " up to \(plain(upper))"
    case (true, true):
      let end = includesUpper ? " … \(plain(upper))" : " …, below \(plain(upper))"
      return (includesLower ? " in \(plain(lower))" : " above \(plain(lower))") + end
    }
  }
}
