/// Names of tensors, and other words of a file, in messages.
package enum Name {
  /// What stands in a file as a message shows it: without control characters, which would disturb a terminal or a
  /// log, and no longer than a line.
  package static func shown(_ name: String) -> String {
    let limit = 100
    let clipped = name.unicodeScalars.prefix(limit + 1)
    var text = ""
    for scalar in clipped.prefix(limit) {
      if scalar.properties.generalCategory == .control {
        text += scalar.escaped(asASCII: true)
      } else {
        text.unicodeScalars.append(scalar)
      }
    }
    return clipped.count > limit ? text + "…" : text
  }

  /// The candidate that was most probably meant: one that ends in the name, or in which the name ends,
  /// from component to component; otherwise that of the fewest changed characters, if these are fewer
  /// than a third. Long lists are not looked through to the end.
  package static func nearest(to name: String, among candidates: some Collection<String>) -> String?
  {
    let (most, longest) = (500, 200)
    let nested = candidates.prefix(100 * most).first {
      $0.hasSuffix("." + name) || name.hasSuffix("." + $0)
    }
    if let nested { return nested }
    var best: (name: String, distance: Int)?
    let characters = Array(name.utf8.prefix(longest))
    for candidate in candidates.prefix(most) {
      let distance = distance(characters, Array(candidate.utf8.prefix(longest)))
      if distance < best?.distance ?? (characters.count + 2) / 3 { best = (candidate, distance) }
    }
    return best?.name
  }

  /// How many bytes must be inserted, removed or changed to make one of the other. V. Levenshtein,
  /// 1966, "Binary codes capable of correcting deletions, insertions, and reversals".
  private static func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
    var row = Array(0...b.count)
    for (i, byte) in a.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for j in b.indices {
        let replaced = diagonal + (byte == b[j] ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(replaced, diagonal + 1, row[j] + 1)
      }
    }
    return row[b.count]
  }
}
