/// Whether text carries the terminal's colours.
package enum TextStyle: Sendable, Hashable {
  case plain
  case coloured

  package func bold(_ text: String) -> String { wrap(text, "1") }
  package func dim(_ text: String) -> String { wrap(text, "2") }
  package func red(_ text: String) -> String { wrap(text, "31") }
  package func green(_ text: String) -> String { wrap(text, "32") }

  /// Between an ANSI (ECMA-48) select-graphic-rendition sequence and its reset.
  private func wrap(_ text: String, _ code: String) -> String {
    self == .plain || text.isEmpty ? text : "\u{1B}[\(code)m\(text)\u{1B}[0m"
  }
}

/// `text` at the right end of `width` columns.
package func padded(_ text: String, _ width: Int) -> String {
  String(repeating: " ", count: max(0, width - text.count)) + text
}

/// Lines of at most `width` columns: longer ones are broken between words, and go on further to the
/// right; a word that is too long by itself stays whole.
package func wrapped(_ text: String, width: Int) -> String {
  text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
    guard line.count > width else { return String(line) }
    let indent = String(repeating: " ", count: line.prefix { $0 == " " }.count + 2)
    var (lines, last) = ([String](), String(line.prefix { $0 == " " }))
    var isEmpty = true
    for word in line.split(separator: " ") {
      if !isEmpty && last.count + 1 + word.count > width {
        lines.append(last)
        (last, isEmpty) = (indent, true)
      }
      last += (isEmpty ? "" : " ") + word
      isEmpty = false
    }
    return (lines + [last]).joined(separator: "\n")
  }.joined(separator: "\n")
}

/// Some texts side by side, on as many lines of at most `width` columns as they need.
package func flowed(_ parts: [String], width: Int) -> String {
  var lines: [String] = []
  for part in parts {
    if let last = lines.last, last.count + 2 + part.count <= width {
      lines[lines.count - 1] = last + "  " + part
    } else {
      lines.append((lines.isEmpty ? "" : "  ") + part)
    }
  }
  return lines.joined(separator: "\n")
}

/// The beginning of a text that has no room, with `…` at its end.
package func shortened(_ text: String, to width: Int) -> String {
  text.count > width ? text.prefix(max(0, width - 1)) + "…" : text
}

/// A number with `places` digits after the point, rounded half away from zero; `–` where there is
/// no such number.
package func fixed(_ number: Double, _ places: Int) -> String {
  guard number.isFinite, abs(number) < 1e12 else {
    return number.isFinite ? "\(number)" : number.isNaN ? "nan" : number < 0 ? "-inf" : "inf"
  }
  let unit = (0..<places).reduce(1) { product, _ in product * 10 }
  let scaled = Int((abs(number) * Double(unit)).rounded())
  let sign = number < 0 && scaled > 0 ? "-" : ""
  guard places > 0 else { return "\(sign)\(scaled)" }
  let fraction = String(scaled % unit)
  return
    "\(sign)\(scaled / unit).\(String(repeating: "0", count: places - fraction.count))\(fraction)"
}

/// Seconds as `m:ss`, or `h:mm:ss` from an hour on.
package func clock(_ seconds: Double) -> String {
  guard seconds.isFinite, seconds >= 0, seconds < 360_000 else { return "–:––" }
  let whole = Int(seconds.rounded())
  func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
  let (hours, minutes) = (whole / 3600, whole / 60 % 60)
  return hours == 0
    ? "\(minutes):\(two(whole % 60))" : "\(hours):\(two(minutes)):\(two(whole % 60))"
}
