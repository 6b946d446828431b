import Arrays

extension Plan: CustomStringConvertible {
  /// The plan for reading: its memory, and one line a kernel with what it computes, the shapes of
  /// operands and results, the result's layout, the bytes that it moves and its floating-point
  /// operations.
  public var description: String {
    let operations = summaries.reduce(0) { $0 + $1.floatingPointOperations }
    var lines = [
      "\(summaries.count) kernels, \(Figure.count(operations, "FLOP")), "
        + "\(Figure.bytes(memory.arenaBytes)) of memory beside arguments and results"
    ]
    let width = String(summaries.count).count
    for (number, summary) in summaries.enumerated() {
      let label = String(repeating: " ", count: width - String(number).count) + String(number)
      lines.append("\(label) \(summary)")
    }
    return lines.joined(separator: "\n")
  }

  /// What each kernel does.
  package var summaries: [KernelSummary] { graph.summaries }
}

extension Graph {
  /// What the kernel of each instruction does.
  var summaries: [KernelSummary] { instructions.map { KernelSummary($0, in: self) } }
}

extension KernelSummary: CustomStringConvertible {
  package var description: String {
    let listed = KernelSummary.joined(operations)
    let what = listed == name ? name : "\(name): \(listed)"
    return
      "\(what) | \(shapes) \(layout) | \(Figure.bytes(bytesRead)) in, "
      + "\(Figure.bytes(bytesWritten)) out, \(Figure.count(floatingPointOperations, "FLOP"))"
  }

  /// The operations in one line of bearable length.
  static func joined(_ operations: [String]) -> String {
    let most = 12
    let shown = operations.prefix(most).joined(separator: ", ")
    return operations.count > most ? "\(shown), … \(operations.count - most) more" : shown
  }
}

extension Figure {
  /// A number of three digits at most, with a decimal prefix of its unit: 1.02 kFLOP.
  static func count(_ count: Double, _ unit: String) -> String {
    let steps = [(1.0, ""), (1e3, "k"), (1e6, "M"), (1e9, "G"), (1e12, "T")]
    let (size, prefix) = steps.last { count >= $0.0 } ?? (1, "")
    let number = count / size
    let digits = number >= 100 || number == number.rounded() ? 0 : number >= 10 ? 1 : 2
    var factor = 1.0
    for _ in 0..<digits { factor *= 10 }
    let rounded = (number * factor).rounded() / factor
    return "\(digits == 0 ? String(Int(rounded)) : String(rounded)) \(prefix)\(unit)"
  }
}
